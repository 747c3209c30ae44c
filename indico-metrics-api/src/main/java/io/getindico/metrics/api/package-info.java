/**
 * What the author of a collector implements and calls. A collector declares its metric families, asks Indico's database
 * with jOOQ when the engine tells it to, and hands over samples; everything else is the engine's.
 */
@NullMarked
package io.getindico.metrics.api;

import org.jspecify.annotations.NullMarked;
