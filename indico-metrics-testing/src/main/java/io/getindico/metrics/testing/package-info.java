/**
 * What the tests of collectors need: the contract that all of them keep to, a PostgreSQL server wherever they run,
 * databases with Indico's tables in them, and rows whose metrics are known. An author begins with {@link
 * io.getindico.metrics.testing.CollectorContract}.
 */
@NullMarked
package io.getindico.metrics.testing;

import org.jspecify.annotations.NullMarked;
