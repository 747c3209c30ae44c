/** The collectors in the jars of the plugin folder. */
@NullMarked
package io.getindico.metrics.exporter.plugins;

import org.jspecify.annotations.NullMarked;
