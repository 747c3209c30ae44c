/** The collectors on schemas of older, newer and half-upgraded releases of Indico. What such a schema lacks is skipped. */
@NullMarked
package io.getindico.metrics.collectors.tolerance;

import org.jspecify.annotations.NullMarked;
