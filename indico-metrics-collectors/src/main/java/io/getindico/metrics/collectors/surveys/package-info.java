/** Surveys of events. */
@NullMarked
package io.getindico.metrics.collectors.surveys;

import org.jspecify.annotations.NullMarked;
