@NullMarked
package io.getindico.metrics.exporter.backfill;

import org.jspecify.annotations.NullMarked;
