/** Indico's own logs, which also say what became of its emails. */
@NullMarked
package io.getindico.metrics.collectors.logs;

import org.jspecify.annotations.NullMarked;
