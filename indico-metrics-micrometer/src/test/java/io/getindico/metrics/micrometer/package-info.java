@NullMarked
package io.getindico.metrics.micrometer;

import org.jspecify.annotations.NullMarked;
