/** The PostgreSQL server that holds Indico's database. */
@NullMarked
package io.getindico.metrics.collectors.database;

import org.jspecify.annotations.NullMarked;
