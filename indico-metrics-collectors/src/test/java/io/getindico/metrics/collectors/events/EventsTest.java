package io.getindico.metrics.collectors.events;

import static io.getindico.metrics.collectors.Indico.NOW;
import static io.getindico.metrics.collectors.Indico.TICK;
import static io.getindico.metrics.jooq.categories.tables.Categories.CATEGORIES;
import static io.getindico.metrics.jooq.events.tables.Events.EVENTS;
import static org.assertj.core.api.Assertions.assertThat;

import io.getindico.metrics.collectors.Indico;
import io.getindico.metrics.testing.IndicoRows;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class EventsTest {
    @RegisterExtension
    private static final Indico INDICO = new Indico();

    @Test
    void onlyTheOwnFlagDeletesAnEvent() {
        int deletedCategory =
                INDICO.rows().row(CATEGORIES).with(CATEGORIES.IS_DELETED, true).insert();
        event().insert();
        event().with(EVENTS.CATEGORY_ID, null).insert();
        event().with(EVENTS.CATEGORY_ID, deletedCategory).insert();
        event().with(EVENTS.IS_DELETED, true).insert();
        assertThat(INDICO.read("events").value("indico_num_events")).isEqualTo(3);
    }

    @ParameterizedTest(name = "{0} to {1} ticks from now: {2}")
    @CsvSource({"-2,-1,0", "-1,0,1", "-1,1,1", "0,0,1", "0,1,1", "1,2,0"})
    void anEventIsActiveFromItsStartToItsEndBothIncluded(int start, int end, int expected) {
        event().with(EVENTS.START_DT, NOW.plus(TICK.multipliedBy(start)))
                .with(EVENTS.END_DT, NOW.plus(TICK.multipliedBy(end)))
                .insert();
        assertThat(INDICO.read("active_events").value("indico_num_active_events"))
                .isEqualTo(expected);
    }

    @Test
    void aDeletedEventIsNotActive() {
        event().with(EVENTS.START_DT, NOW)
                .with(EVENTS.END_DT, NOW)
                .with(EVENTS.IS_DELETED, true)
                .insert();
        assertThat(INDICO.read("active_events").value("indico_num_active_events"))
                .isZero();
    }

    private static IndicoRows.Row event() {
        return INDICO.rows().row(EVENTS);
    }
}
