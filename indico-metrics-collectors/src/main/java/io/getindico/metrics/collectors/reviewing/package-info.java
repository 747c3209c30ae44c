/** Calls for abstracts and papers, and the reviewing and editing of what is submitted. */
@NullMarked
package io.getindico.metrics.collectors.reviewing;

import org.jspecify.annotations.NullMarked;
