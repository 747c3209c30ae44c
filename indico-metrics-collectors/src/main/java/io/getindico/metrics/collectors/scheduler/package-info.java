/** Whether Indico's scheduler works, and what administrators announce. */
@NullMarked
package io.getindico.metrics.collectors.scheduler;

import org.jspecify.annotations.NullMarked;
