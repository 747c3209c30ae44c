@NullMarked
package io.getindico.metrics.exporter.database;

import org.jspecify.annotations.NullMarked;
