/**
 * Indico's schema: the known releases and the tables and keys of the newest one, in a package for each database schema.
 * An upgraded database has its columns in a different order, so queries always name their columns.
 */
@NullMarked
package io.getindico.metrics.jooq;

import org.jspecify.annotations.NullMarked;
