package io.getindico.metrics.demo;

import java.time.Instant;
import org.jooq.DSLContext;

/** Something that someone does in Indico. */
interface Change {
    /** Does it; where there is nothing to do it with, nothing happens. */
    void make(DSLContext dsl, Instant now);
}
