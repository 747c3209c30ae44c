/**
 * The settings: {@link io.getindico.metrics.exporter.settings.Options} declares them; the other classes read them
 * from flags, the environment and the file, and check their values.
 */
@NullMarked
package io.getindico.metrics.exporter.settings;

import org.jspecify.annotations.NullMarked;
