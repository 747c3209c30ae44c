package io.getindico.metrics.api.engine;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class ReadCounterTest {
    private static final String EVENTS = "events.events";
    private static final String USERS = "users.users";

    private final ReadCounter counter = new ReadCounter();

    private static TableUse read(String table, long rows, long buffers) {
        return new TableUse(table, false, new ReadCount(rows, buffers));
    }

    @Test
    void allTablesOfACollectorCount() {
        assertThat(counter.since(List.of(read(EVENTS, 10, 2), read(USERS, 500, 30))))
                .isEqualTo(new ReadCount(510, 32));
    }

    @Test
    void countsOnlyWhatWasReadSinceTheLastCount() {
        counter.since(List.of(read(EVENTS, 10, 2)));
        assertThat(counter.since(List.of(read(EVENTS, 25, 3), read(USERS, 7, 1))))
                .isEqualTo(new ReadCount(22, 2));
        assertThat(counter.since(List.of(read(USERS, 7, 1)))).isEqualTo(ReadCount.NONE);
    }

    @Test
    void ifTheServerDoesNotCountNothingIsKnown() {
        assertThat(counter.since(List.of(new TableUse(EVENTS, false, null)))).isNull();
    }

    @Test
    void withoutATableNothingIsRead() {
        assertThat(counter.since(List.of())).isEqualTo(ReadCount.NONE);
    }
}
