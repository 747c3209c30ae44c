package io.getindico.metrics.collectors.files;

import static io.getindico.metrics.jooq.categories.tables.Categories.CATEGORIES;
import static io.getindico.metrics.jooq.events.tables.Agreements.AGREEMENTS;
import static io.getindico.metrics.jooq.events.tables.Events.EVENTS;
import static io.getindico.metrics.jooq.roombooking.tables.Photos.PHOTOS;
import static io.getindico.metrics.jooq.users.tables.Users.USERS;
import static org.assertj.core.api.Assertions.assertThat;

import io.getindico.metrics.api.MetricCollector;
import io.getindico.metrics.testing.CollectorContract;
import io.getindico.metrics.testing.ExpositionText;
import io.getindico.metrics.testing.IndicoDatabase;
import io.getindico.metrics.testing.IndicoRows;
import java.util.Map;
import org.jooq.Field;
import org.jooq.Table;
import org.junit.jupiter.api.Test;

final class DatabaseBlobsCollectorTest extends CollectorContract {
    @Override
    protected MetricCollector collector() {
        return new DatabaseBlobsCollector();
    }

    @Override
    protected void insertRows(IndicoRows rows) {
        blob(rows, EVENTS, EVENTS.LOGO, 1_000_000);
        blob(rows, EVENTS, EVENTS.LOGO, 5);
        blob(rows, CATEGORIES, CATEGORIES.ICON, 20);
        blob(rows, CATEGORIES, CATEGORIES.LOGO, 300);
        blob(rows, USERS, USERS.PICTURE, 4000);
        blob(rows, PHOTOS, PHOTOS.DATA, 50_000);
        blob(rows, AGREEMENTS, AGREEMENTS.ATTACHMENT, 0);
        blob(rows, AGREEMENTS, AGREEMENTS.ATTACHMENT, 7);
    }

    @Test
    void sizesAddUpBySource(IndicoDatabase database, IndicoRows rows) {
        insertRows(rows);
        assertThat(ExpositionText.values(ExpositionText.of(collector(), database)))
                .isEqualTo(Map.of(
                        "indico_database_blob_bytes{source=\"event_logo\"}", 1_000_005.0,
                        "indico_database_blob_bytes{source=\"category_icon\"}", 20.0,
                        "indico_database_blob_bytes{source=\"category_logo\"}", 300.0,
                        "indico_database_blob_bytes{source=\"user_picture\"}", 4000.0,
                        "indico_database_blob_bytes{source=\"room_photo\"}", 50_000.0,
                        "indico_database_blob_bytes{source=\"agreement\"}", 7.0));
    }

    private static void blob(IndicoRows rows, Table<?> table, Field<byte[]> column, int size) {
        rows.row(table).with(column, new byte[size]).insert();
    }
}
