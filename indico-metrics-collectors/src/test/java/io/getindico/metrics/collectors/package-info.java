/** What the tests of all collectors share, and those that concern all of them. */
@NullMarked
package io.getindico.metrics.collectors;

import org.jspecify.annotations.NullMarked;
