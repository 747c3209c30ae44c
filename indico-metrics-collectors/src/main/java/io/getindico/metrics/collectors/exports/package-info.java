/** Copies that users ask for: of an event, or of their personal data. */
@NullMarked
package io.getindico.metrics.collectors.exports;

import org.jspecify.annotations.NullMarked;
