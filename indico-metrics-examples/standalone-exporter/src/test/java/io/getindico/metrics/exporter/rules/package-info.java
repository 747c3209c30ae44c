@NullMarked
package io.getindico.metrics.exporter.rules;

import org.jspecify.annotations.NullMarked;
