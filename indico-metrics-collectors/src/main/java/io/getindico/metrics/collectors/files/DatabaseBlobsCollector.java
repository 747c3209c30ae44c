package io.getindico.metrics.collectors.files;

import static io.getindico.metrics.api.Value.sum;
import static io.getindico.metrics.jooq.categories.tables.Categories.CATEGORIES;
import static io.getindico.metrics.jooq.events.tables.Agreements.AGREEMENTS;
import static io.getindico.metrics.jooq.events.tables.Events.EVENTS;
import static io.getindico.metrics.jooq.roombooking.tables.Photos.PHOTOS;
import static io.getindico.metrics.jooq.users.tables.Users.USERS;
import static org.jooq.impl.DSL.function;

import io.getindico.metrics.api.CollectionContext;
import io.getindico.metrics.api.FamilyQuery;
import io.getindico.metrics.api.Label;
import io.getindico.metrics.api.MetricCollector;
import io.getindico.metrics.api.MetricFamily;
import io.getindico.metrics.api.Profile;
import io.getindico.metrics.api.RefreshClass;
import java.util.List;
import org.jooq.Field;
import org.jooq.Table;
import org.jooq.impl.DSL;
import org.jooq.impl.SQLDataType;

/**
 * Sums the sizes of the pictures and documents that Indico keeps in the database itself, those of deleted objects
 * included. PostgreSQL knows the size of a value without reading it, but the login needs the right to read the columns,
 * so the family must be enabled by name.
 *
 * <p>Makes one pass over each of {@code events.events}, {@code events.agreements}, {@code users.users} and {@code
 * roombooking.photos}, and two over {@code categories.categories}.
 *
 * <pre>
 * # TYPE indico_database_blob_bytes gauge
 * indico_database_blob_bytes{source="event_logo"} 1.2E7
 * indico_database_blob_bytes{source="room_photo"} 350000.0
 * </pre>
 *
 * @since 0.1.0
 */
public final class DatabaseBlobsCollector implements MetricCollector {
    private static final Label SOURCE = Label.closed(
            "source", "event_logo", "category_icon", "category_logo", "user_picture", "room_photo", "agreement");
    private static final MetricFamily BYTES = MetricFamily.gauge("indico_database_blob_bytes")
            .help("Size of the pictures and documents stored in the database itself, by source, in bytes.")
            .unit("bytes")
            .labels(SOURCE)
            .profile(Profile.OPT_IN)
            .purpose("Database administrators who ask why the database is so large look at it once.")
            .build();

    @Override
    public String name() {
        return "database_blobs";
    }

    @Override
    public List<MetricFamily> families() {
        return List.of(BYTES);
    }

    @Override
    public RefreshClass refreshClass() {
        return RefreshClass.HEAVY;
    }

    @Override
    public List<FamilyQuery> queries(CollectionContext context) {
        return List.of(
                size("event_logo", EVENTS, EVENTS.LOGO),
                size("category_icon", CATEGORIES, CATEGORIES.ICON),
                size("category_logo", CATEGORIES, CATEGORIES.LOGO),
                size("user_picture", USERS, USERS.PICTURE),
                size("room_photo", PHOTOS, PHOTOS.DATA),
                size("agreement", AGREEMENTS, AGREEMENTS.ATTACHMENT));
    }

    private static FamilyQuery size(String source, Table<?> table, Field<byte[]> blob) {
        // DSL.octetLength takes texts only.
        return FamilyQuery.from(table)
                .constant(SOURCE, source)
                .value(BYTES, sum(function(DSL.name("octet_length"), SQLDataType.INTEGER, blob)));
    }
}
