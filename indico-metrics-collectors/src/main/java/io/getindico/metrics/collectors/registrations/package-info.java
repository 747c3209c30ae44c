/** Registration forms and registrations. */
@NullMarked
package io.getindico.metrics.collectors.registrations;

import org.jspecify.annotations.NullMarked;
