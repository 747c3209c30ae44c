/** The code on the pages for authors: it compiles, and does what the pages say. */
@NullMarked
package io.getindico.metrics.collectors.docs;

import org.jspecify.annotations.NullMarked;
