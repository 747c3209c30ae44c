package io.getindico.metrics.collectors.agreements;

import static io.getindico.metrics.jooq.events.tables.Agreements.AGREEMENTS;
import static io.getindico.metrics.jooq.events.tables.Events.EVENTS;
import static org.assertj.core.api.Assertions.assertThat;

import io.getindico.metrics.api.MetricCollector;
import io.getindico.metrics.jooq.enums.AgreementState;
import io.getindico.metrics.testing.CollectorContract;
import io.getindico.metrics.testing.ExpositionText;
import io.getindico.metrics.testing.IndicoDatabase;
import io.getindico.metrics.testing.IndicoRows;
import io.getindico.metrics.testing.UnknownCode;
import java.util.Map;
import org.junit.jupiter.api.Test;

final class AgreementsCollectorTest extends CollectorContract {
    @Override
    protected MetricCollector collector() {
        return new AgreementsCollector();
    }

    @Override
    protected void insertRows(IndicoRows rows) {
        int event = rows.row(EVENTS).insert();
        for (AgreementState state : AgreementState.values()) {
            agreement(rows, event, "release", state);
        }
        agreement(rows, event, "release", AgreementState.PENDING);
        agreement(rows, event, "consent", AgreementState.ACCEPTED);
        int deleted = rows.row(EVENTS).with(EVENTS.IS_DELETED, true).insert();
        agreement(rows, deleted, "release", AgreementState.PENDING);
        agreement(rows, deleted, "only of deleted events", AgreementState.PENDING);
    }

    @Test
    void countsByTypeAndStateWithoutThoseOfDeletedEvents(IndicoDatabase database, IndicoRows rows) {
        insertRows(rows);
        assertThat(ExpositionText.values(ExpositionText.of(collector(), database)))
                .isEqualTo(Map.of(
                        series("release", "pending"), 2.0,
                        series("release", "accepted"), 1.0,
                        series("release", "rejected"), 1.0,
                        series("release", "accepted_on_behalf"), 1.0,
                        series("release", "rejected_on_behalf"), 1.0,
                        series("consent", "pending"), 0.0,
                        series("consent", "accepted"), 1.0,
                        series("consent", "rejected"), 0.0,
                        series("consent", "accepted_on_behalf"), 0.0,
                        series("consent", "rejected_on_behalf"), 0.0));
    }

    @Test
    void aStateOfAFutureReleaseIsUnknown(IndicoDatabase database, IndicoRows rows) {
        int event = rows.row(EVENTS).insert();
        UnknownCode.set(database, AGREEMENTS.STATE, agreement(rows, event, "release", AgreementState.PENDING));
        assertThat(ExpositionText.values(ExpositionText.of(collector(), database)))
                .containsEntry(series("release", "unknown"), 1.0)
                .containsEntry(series("release", "pending"), 0.0);
    }

    private static int agreement(IndicoRows rows, int event, String type, AgreementState state) {
        return rows.row(AGREEMENTS)
                .with(AGREEMENTS.EVENT_ID, event)
                .with(AGREEMENTS.TYPE, type)
                .with(AGREEMENTS.STATE, state)
                .insert();
    }

    private static String series(String type, String state) {
        return "indico_agreements{agreement_type=\"" + type + "\",state=\"" + state + "\"}";
    }
}
