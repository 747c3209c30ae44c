@NullMarked
package io.getindico.metrics.exporter.settings;

import org.jspecify.annotations.NullMarked;
