/** Minutes of events and what stands in them. */
@NullMarked
package io.getindico.metrics.collectors.notes;

import org.jspecify.annotations.NullMarked;
