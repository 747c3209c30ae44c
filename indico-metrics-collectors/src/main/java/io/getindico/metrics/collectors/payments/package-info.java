/** Payments of registration fees. */
@NullMarked
package io.getindico.metrics.collectors.payments;

import org.jspecify.annotations.NullMarked;
