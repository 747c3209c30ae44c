/** The tree of categories that contain events. */
@NullMarked
package io.getindico.metrics.collectors.categories;

import org.jspecify.annotations.NullMarked;
