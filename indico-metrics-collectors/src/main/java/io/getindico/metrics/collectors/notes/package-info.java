/** Minutes of events and of their contributions, subcontributions and sessions. */
@NullMarked
package io.getindico.metrics.collectors.notes;

import org.jspecify.annotations.NullMarked;
