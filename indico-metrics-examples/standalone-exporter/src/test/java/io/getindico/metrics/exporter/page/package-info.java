@NullMarked
package io.getindico.metrics.exporter.page;

import org.jspecify.annotations.NullMarked;
