/**
 * Indico's schema: the releases whose facts are known, and, in a package for each schema of the database, the tables
 * and keys of the newest one. A database that came there by upgrades has its columns in another order, so queries
 * always name the columns they want.
 */
@NullMarked
package io.getindico.metrics.jooq;

import org.jspecify.annotations.NullMarked;
