/** Tests of the library inside the services that use it. */
@NullMarked
package io.getindico.metrics.collectors.hosts;

import org.jspecify.annotations.NullMarked;
