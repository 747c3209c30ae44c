package io.getindico.metrics.api.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.getindico.metrics.api.engine.Requirements.Relation;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ReadCounterTest {
    private static final Relation EVENTS = new Relation("events", "events");
    private static final Relation USERS = new Relation("users", "users");

    private final ReadCounter counter = new ReadCounter();

    private static TableUse read(long rows, long buffers) {
        return new TableUse(false, new ReadCount(rows, buffers));
    }

    @Test
    void ofOneCollectorAllItsTablesCount() {
        assertThat(counter.since(Map.of(EVENTS, read(10, 2), USERS, read(500, 30))))
                .isEqualTo(new ReadCount(510, 32));
    }

    @Test
    void toTheNextGoesWhatCameSince() {
        counter.since(Map.of(EVENTS, read(10, 2)));
        assertThat(counter.since(Map.of(EVENTS, read(25, 3), USERS, read(7, 1))))
                .isEqualTo(new ReadCount(22, 2));
        assertThat(counter.since(Map.of(USERS, read(7, 1)))).isEqualTo(ReadCount.NONE);
    }

    @Test
    void whereTheServerDoesNotCountNothingIsKnown() {
        assertThat(counter.since(Map.of(EVENTS, new TableUse(false, null)))).isNull();
    }

    @Test
    void withoutATableNothingIsRead() {
        assertThat(counter.since(Map.of())).isEqualTo(ReadCount.NONE);
    }
}
