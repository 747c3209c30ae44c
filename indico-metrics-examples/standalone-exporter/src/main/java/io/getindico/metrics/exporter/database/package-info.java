/** The login to PostgreSQL and the pool of its sessions. */
@NullMarked
package io.getindico.metrics.exporter.database;

import org.jspecify.annotations.NullMarked;
