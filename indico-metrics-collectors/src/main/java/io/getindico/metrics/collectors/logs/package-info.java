/** Indico's own logs, which also contain the state of its emails. */
@NullMarked
package io.getindico.metrics.collectors.logs;

import org.jspecify.annotations.NullMarked;
