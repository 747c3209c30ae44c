/** Requests for services at events. */
@NullMarked
package io.getindico.metrics.collectors.requests;

import org.jspecify.annotations.NullMarked;
