/** The tree of categories that events stand in. */
@NullMarked
package io.getindico.metrics.collectors.categories;

import org.jspecify.annotations.NullMarked;
