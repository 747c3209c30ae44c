/** PromQL expressions of boards and rules, compared with the declared families. */
@NullMarked
package io.getindico.metrics.exporter.promql;

import org.jspecify.annotations.NullMarked;
