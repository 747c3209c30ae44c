/**
 * Indico's metrics in any registry of Micrometer, such as those of OTLP, Datadog and CloudWatch.
 *
 * @since 0.1.0
 */
@NullMarked
package io.getindico.metrics.micrometer;

import org.jspecify.annotations.NullMarked;
