/**
 * Support for tests of collectors: the contract that every collector must fulfil, a PostgreSQL server on any machine,
 * databases with Indico's tables, and rows with known metrics. Start with {@link
 * io.getindico.metrics.testing.CollectorContract}.
 */
@NullMarked
package io.getindico.metrics.testing;

import org.jspecify.annotations.NullMarked;
