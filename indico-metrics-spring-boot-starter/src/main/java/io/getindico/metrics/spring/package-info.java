/**
 * Indico's metrics in a Spring Boot service: a dependency and a URL show them in {@code /actuator/prometheus}.
 *
 * @since 0.1.0
 */
@NullMarked
package io.getindico.metrics.spring;

import org.jspecify.annotations.NullMarked;
