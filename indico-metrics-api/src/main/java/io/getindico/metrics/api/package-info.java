/**
 * The interfaces and classes that the author of a collector implements and calls. A collector declares its metric
 * families and the jOOQ queries that feed them. The engine does everything else.
 */
@NullMarked
package io.getindico.metrics.api;

import org.jspecify.annotations.NullMarked;
