@NullMarked
package io.getindico.metrics.exporter.http;

import org.jspecify.annotations.NullMarked;
