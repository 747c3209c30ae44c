package io.getindico.metrics.collectors.files;

import static io.getindico.metrics.api.Value.countRows;
import static io.getindico.metrics.api.Value.earliest;
import static io.getindico.metrics.api.Value.sum;
import static io.getindico.metrics.jooq.indico.tables.Files.FILES;
import static org.jooq.impl.DSL.field;
import static org.jooq.impl.DSL.jsonbGetAttribute;
import static org.jooq.impl.DSL.select;

import io.getindico.metrics.api.CollectionContext;
import io.getindico.metrics.api.DerivedRows;
import io.getindico.metrics.api.FamilyQuery;
import io.getindico.metrics.api.Label;
import io.getindico.metrics.api.MetricCollector;
import io.getindico.metrics.api.MetricFamily;
import java.util.List;
import org.jooq.Condition;
import org.jooq.Field;

/**
 * Counts the uploads that were never attached to anything, and sums their sizes. Indico's daily job deletes them when
 * they are a day old. One that it could not delete, because its storage is read-only, has the key {@code
 * deletion_failed} in its {@code meta}, with any value.
 *
 * <p>Makes one pass over {@code indico.files}, through a function.
 *
 * <pre>
 * # TYPE indico_unclaimed_files gauge
 * indico_unclaimed_files{state="waiting"} 22.0
 * indico_unclaimed_files{state="deletion_failed"} 2.0
 * # TYPE indico_unclaimed_file_bytes gauge
 * indico_unclaimed_file_bytes{state="waiting"} 1.0861524E7
 * indico_unclaimed_file_bytes{state="deletion_failed"} 818455.0
 * # TYPE indico_unclaimed_files_oldest_waiting_timestamp_seconds gauge
 * indico_unclaimed_files_oldest_waiting_timestamp_seconds 1.716276207E9
 * </pre>
 *
 * @since 0.1.0
 */
public final class UnclaimedFilesCollector implements MetricCollector {
    private static final Label STATE = Label.closed("state", "waiting", "deletion_failed");
    private static final MetricFamily UNCLAIMED = MetricFamily.gauge("indico_unclaimed_files")
            .help(
                    "Unclaimed uploads that wait for the daily job to delete them, or that it could not delete because their"
                            + " storage is read-only.")
            .labels(STATE)
            .purpose("Operators look at it if the storage grows: indico_unclaimed_files{state=\"deletion_failed\"} > 0"
                    + " means that a backend does not delete files.")
            .build();
    private static final MetricFamily BYTES = MetricFamily.gauge("indico_unclaimed_file_bytes")
            .help("Size of the unclaimed uploads by state, in bytes.")
            .unit("bytes")
            .labels(STATE)
            .purpose("Operators see how much storage could be free.")
            .build();
    private static final MetricFamily OLDEST = MetricFamily.gauge(
                    "indico_unclaimed_files_oldest_waiting_timestamp_seconds")
            .help("When the oldest unclaimed upload that waits to be deleted was uploaded, in Unix time.")
            .unit("seconds")
            .purpose("Shows whether the daily job deletes: more than two and a half days mean that it did not run, or"
                    + " could not delete.")
            .build();

    @Override
    public String name() {
        return "unclaimed_files";
    }

    @Override
    public List<MetricFamily> families() {
        return List.of(UNCLAIMED, BYTES, OLDEST);
    }

    @Override
    public List<FamilyQuery> queries(CollectionContext context) {
        Field<Boolean> isWaiting =
                field(jsonbGetAttribute(FILES.META, "deletion_failed").isNull()).as("is_waiting");
        DerivedRows files = DerivedRows.of(
                "unclaimed_files",
                select(FILES.SIZE, FILES.CREATED_DT, isWaiting).from(FILES).where(FILES.CLAIMED.isFalse()));
        Condition waits = files.field(isWaiting).isTrue();
        return List.of(FamilyQuery.from(files.table())
                .by(STATE, waits, "waiting", "deletion_failed")
                .value(UNCLAIMED, countRows())
                .value(BYTES, sum(files.field(FILES.SIZE)))
                .value(OLDEST, earliest(files.field(FILES.CREATED_DT)).where(waits)));
    }
}
