/** Reads single settings of Indico. */
@NullMarked
package io.getindico.metrics.collectors.internal.settings;

import org.jspecify.annotations.NullMarked;
