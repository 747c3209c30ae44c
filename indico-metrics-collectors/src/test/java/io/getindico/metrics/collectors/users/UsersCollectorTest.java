package io.getindico.metrics.collectors.users;

import static io.getindico.metrics.jooq.users.tables.Users.USERS;
import static org.assertj.core.api.Assertions.assertThat;

import io.getindico.metrics.api.MetricCollector;
import io.getindico.metrics.testing.CollectorContract;
import io.getindico.metrics.testing.ExpositionText;
import io.getindico.metrics.testing.IndicoDatabase;
import io.getindico.metrics.testing.IndicoRows;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

final class UsersCollectorTest extends CollectorContract {
    @Override
    protected MetricCollector collector() {
        return new UsersCollector();
    }

    @Override
    protected void insertRows(IndicoRows rows) {
        // Two deleted ones: as many as another flag has would not tell the flags apart.
        Stream.of(USERS.IS_PENDING, USERS.IS_BLOCKED, USERS.IS_ADMIN, USERS.IS_DELETED, USERS.IS_DELETED)
                .forEach(flag -> rows.row(USERS).with(flag, true).insert());
    }

    /** The system user, which every Indico has, counts. */
    @Test
    void onlyDeletedUsersAreLeftOut(IndicoDatabase database, IndicoRows rows) {
        insertRows(rows);
        assertThat(ExpositionText.values(ExpositionText.of(collector(), database)))
                .isEqualTo(Map.of("indico_num_users", 1.0 + 3.0));
    }
}
