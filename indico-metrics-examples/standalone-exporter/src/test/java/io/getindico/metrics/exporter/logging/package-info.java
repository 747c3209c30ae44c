@NullMarked
package io.getindico.metrics.exporter.logging;

import org.jspecify.annotations.NullMarked;
