/**
 * Indico's enumerations, with its names and codes, as far as collectors use them. The generated tables read their
 * columns as these types; a code that is not known here reads as null.
 */
@NullMarked
package io.getindico.metrics.jooq.enums;

import org.jspecify.annotations.NullMarked;
