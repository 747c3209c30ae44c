/** What the library owes to the services that it lives in, whatever they are made of. */
@NullMarked
package io.getindico.metrics.collectors.hosts;

import org.jspecify.annotations.NullMarked;
