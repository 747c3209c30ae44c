/** What the histories of several subjects need. Not for use outside this module. */
@NullMarked
package io.getindico.metrics.collectors.internal.history;

import org.jspecify.annotations.NullMarked;
