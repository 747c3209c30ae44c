/** Agreements that speakers are asked for. */
@NullMarked
package io.getindico.metrics.collectors.agreements;

import org.jspecify.annotations.NullMarked;
