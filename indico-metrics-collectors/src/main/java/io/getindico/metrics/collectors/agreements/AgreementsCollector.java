package io.getindico.metrics.collectors.agreements;

import static io.getindico.metrics.api.Value.countRows;
import static io.getindico.metrics.jooq.events.tables.Agreements.AGREEMENTS;

import io.getindico.metrics.api.CollectionContext;
import io.getindico.metrics.api.FamilyHistory;
import io.getindico.metrics.api.FamilyQuery;
import io.getindico.metrics.api.Label;
import io.getindico.metrics.api.MetricCollector;
import io.getindico.metrics.api.MetricFamily;
import io.getindico.metrics.api.Profile;
import io.getindico.metrics.collectors.internal.liveness.DeadObjects;
import java.util.List;

/**
 * Counts the agreements that speakers are asked for, by type and state. Plugins define the types, such as the release
 * of a recording. Agreements of deleted events do not count.
 *
 * <p>Makes one pass over {@code events.agreements}. The set of deleted events is shared with other collectors.
 *
 * <pre>
 * # TYPE indico_agreements gauge
 * indico_agreements{agreement_type="cern-speaker-release",state="accepted"} 1.0
 * indico_agreements{agreement_type="cern-speaker-release",state="accepted_on_behalf"} 3.0
 * indico_agreements{agreement_type="cern-speaker-release",state="pending"} 1.0
 * indico_agreements{agreement_type="cern-speaker-release",state="rejected"} 1.0
 * indico_agreements{agreement_type="cern-speaker-release",state="rejected_on_behalf"} 5.0
 * </pre>
 *
 * @since 0.1.0
 */
public final class AgreementsCollector implements MetricCollector {
    private static final Label TYPE = Label.open("agreement_type");
    private static final Label STATE =
            Label.closed("state", "pending", "accepted", "rejected", "accepted_on_behalf", "rejected_on_behalf");
    private static final MetricFamily BY_TYPE_AND_STATE = MetricFamily.gauge("indico_agreements")
            .help("Agreements requested from speakers, by type and state, without those of deleted events.")
            .purpose("Shows the teams for recordings and webcasts what speakers have not answered.")
            .labels(TYPE, STATE)
            .profile(Profile.FULL)
            .build();

    @Override
    public String name() {
        return "agreements";
    }

    @Override
    public List<MetricFamily> families() {
        return List.of(BY_TYPE_AND_STATE);
    }

    @Override
    public List<FamilyQuery> queries(CollectionContext context) {
        return List.of(FamilyQuery.from(AGREEMENTS)
                .where(new DeadObjects().isEventAlive(AGREEMENTS.EVENT_ID))
                .by(TYPE, AGREEMENTS.TYPE, AGREEMENTS.ID)
                .by(STATE, AGREEMENTS.STATE)
                .value(BY_TYPE_AND_STATE, countRows()));
    }

    @Override
    public List<FamilyHistory> histories(CollectionContext context) {
        return List.of(FamilyHistory.approximate(
                        queries(context).get(0),
                        "An agreement counts from its last request on, in its present state; those of deleted events are"
                                + " missing.")
                .from(AGREEMENTS.TIMESTAMP));
    }
}
