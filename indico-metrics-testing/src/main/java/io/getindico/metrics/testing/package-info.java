/**
 * What the tests of collectors need: a PostgreSQL server wherever they run, databases with Indico's tables in them, and
 * rows whose metrics are known.
 */
@NullMarked
package io.getindico.metrics.testing;

import org.jspecify.annotations.NullMarked;
