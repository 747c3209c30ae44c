@NullMarked
package io.getindico.metrics.spring;

import org.jspecify.annotations.NullMarked;
