/** Events: lectures, meetings and conferences. */
@NullMarked
package io.getindico.metrics.collectors.events;

import org.jspecify.annotations.NullMarked;
