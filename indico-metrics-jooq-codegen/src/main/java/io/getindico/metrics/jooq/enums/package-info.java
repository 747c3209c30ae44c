/**
 * Indico's enums, with its names and codes. The generated tables read their columns as these types. A code that no
 * constant has reads as null.
 */
@NullMarked
package io.getindico.metrics.jooq.enums;

import org.jspecify.annotations.NullMarked;
