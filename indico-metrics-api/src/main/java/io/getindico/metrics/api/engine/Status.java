package io.getindico.metrics.api.engine;

import java.util.List;
import java.util.SortedMap;
import org.jspecify.annotations.Nullable;

/**
 * How things stand, for people: what a scrape tells by labels, in sentences. No passwords, no bind values.
 *
 * @param up whether the last contact is recent and reached an Indico database
 * @param databaseError why not, or null
 * @param databaseDetail the same as a sentence
 * @param revisions the Alembic revision by version table, empty before the first contact
 * @param release the releases of Indico that have this schema, such as {@code 3.3.10-3.3.12}; {@code unknown} if none is
 *     known to, and before the first contact
 * @param zone the zone in which room booking is read and where it was learnt from, null before it was needed
 * @param loginWarnings what a login that only reads should not be able to do
 * @param tableWarnings what collectors read in place of a table: a view, a materialized view or a foreign table, whose
 *     missing rows nothing tells of
 * @param collectors all collectors, by name
 * @since 0.1.0
 */
public record Status(
        boolean up,
        @Nullable DatabaseError databaseError,
        String databaseDetail,
        SortedMap<String, String> revisions,
        String release,
        @Nullable String zone,
        List<String> loginWarnings,
        List<String> tableWarnings,
        List<CollectorStatus> collectors) {}
