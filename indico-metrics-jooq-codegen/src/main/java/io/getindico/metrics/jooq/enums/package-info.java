/**
 * Indico's enums, with its names and codes. The generated tables read their columns as these types. An unknown code
 * reads as null.
 */
@NullMarked
package io.getindico.metrics.jooq.enums;

import org.jspecify.annotations.NullMarked;
