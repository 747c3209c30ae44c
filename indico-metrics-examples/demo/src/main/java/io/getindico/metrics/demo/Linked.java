package io.getindico.metrics.demo;

import io.getindico.metrics.jooq.enums.LinkType;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * What a folder or a note can belong to.
 *
 * @param event the event around it, null for a category
 * @param from the first moment at which someone may have added to it
 * @param until the last one
 */
record Linked(LinkType type, int id, @Nullable Integer event, Instant from, Instant until) {}
