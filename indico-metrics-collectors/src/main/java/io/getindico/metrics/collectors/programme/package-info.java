/** The programme of events: contributions, subcontributions and sessions. */
@NullMarked
package io.getindico.metrics.collectors.programme;

import org.jspecify.annotations.NullMarked;
