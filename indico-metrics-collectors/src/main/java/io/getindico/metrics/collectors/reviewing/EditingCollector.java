package io.getindico.metrics.collectors.reviewing;

import static io.getindico.metrics.api.Value.countRows;
import static io.getindico.metrics.api.Value.earliest;
import static io.getindico.metrics.jooq.event_editing.tables.Editables.EDITABLES;
import static io.getindico.metrics.jooq.event_editing.tables.Revisions.REVISIONS;
import static org.jooq.impl.DSL.field;
import static org.jooq.impl.DSL.inline;
import static org.jooq.impl.DSL.lead;
import static org.jooq.impl.DSL.select;
import static org.jooq.impl.DSL.when;

import io.getindico.metrics.api.CollectionContext;
import io.getindico.metrics.api.FamilyHistory;
import io.getindico.metrics.api.FamilyQuery;
import io.getindico.metrics.api.Label;
import io.getindico.metrics.api.MetricCollector;
import io.getindico.metrics.api.MetricFamily;
import io.getindico.metrics.api.Profile;
import io.getindico.metrics.api.RefreshClass;
import io.getindico.metrics.collectors.internal.liveness.DeadObjects;
import io.getindico.metrics.jooq.enums.RevisionType;
import java.util.List;
import org.jooq.Condition;
import org.jooq.Field;
import org.jooq.Table;
import org.jooq.impl.DSL;

/**
 * Counts editables (papers, slides and posters in editing) by the state of their newest revision that is not undone,
 * those without an editor, and those that are published. It also exports since when the oldest has been ready for
 * review. Deleted editables and those of deleted contributions and events do not count.
 *
 * <p>Several kinds of revision lead to the same state: a replacement and a reset make an editable ready for review
 * again, and both rejected changes and a request for changes make it need changes by the submitter. If the submitter
 * accepted the editor's changes, the state is {@code accepted_submitter}; Indico before 3.3.6 shows it as accepted. An
 * editable without a revision is in the state {@code unknown}.
 *
 * <p>Makes one pass over each of {@code event_editing.editables} and {@code revisions}, and looks up the contribution
 * of each editable that is ready for review. The sets of deleted contributions and of recent events are shared with other
 * collectors. Needs Indico 3.3.
 *
 * <pre>
 * # TYPE indico_editables gauge
 * indico_editables{editable_type="paper",state="ready_for_review"} 3.0
 * indico_editables{editable_type="poster",state="accepted_submitter"} 1.0
 * indico_editables{editable_type="slides",state="new"} 3.0
 * # TYPE indico_editables_oldest_ready_timestamp_seconds gauge
 * indico_editables_oldest_ready_timestamp_seconds 1.781514E9
 * # TYPE indico_published_editables gauge
 * indico_published_editables{editable_type="paper"} 0.0
 * # TYPE indico_unassigned_editables gauge
 * indico_unassigned_editables{editable_type="paper"} 2.0
 * </pre>
 *
 * @since 0.1.0
 */
public final class EditingCollector implements MetricCollector {
    private static final Label TYPE = Label.closed("editable_type", "paper", "slides", "poster");
    private static final Label STATE = Label.closed(
            "state",
            "new",
            "ready_for_review",
            "needs_submitter_confirmation",
            "needs_submitter_changes",
            "accepted_submitter",
            "accepted",
            "rejected");
    private static final String WITHOUT_DELETED =
            ", without deleted ones and those of deleted contributions or events.";
    private static final MetricFamily BY_STATE = MetricFamily.gauge("indico_editables")
            .help("Editables by type and by state of the newest revision that is not undone" + WITHOUT_DELETED)
            .purpose("Shows an editing team where its papers, slides and posters are.")
            .labels(TYPE, STATE)
            .build();
    private static final MetricFamily UNASSIGNED = MetricFamily.gauge("indico_unassigned_editables")
            .help("Editables that are ready for review and have no editor" + WITHOUT_DELETED)
            .purpose("Shows an editing team the backlog to assign.")
            .labels(TYPE)
            .build();
    private static final MetricFamily PUBLISHED = MetricFamily.gauge("indico_published_editables")
            .help("Editables with a published revision" + WITHOUT_DELETED)
            .purpose("Shows an editing team what is done.")
            .labels(TYPE)
            .build();
    private static final MetricFamily OLDEST = MetricFamily.gauge("indico_editables_oldest_ready_timestamp_seconds")
            .help("When the editable that has waited longest became ready for review, in Unix time, except for events"
                    + " that ended over 365 days ago.")
            .purpose("Tells an editing team how long work has been waiting for an editor.")
            .unit("seconds")
            .timeDependent()
            .profile(Profile.FULL)
            .build();

    @Override
    public String name() {
        return "editing";
    }

    @Override
    public List<MetricFamily> families() {
        return List.of(BY_STATE, UNASSIGNED, PUBLISHED, OLDEST);
    }

    @Override
    public RefreshClass refreshClass() {
        return RefreshClass.HEAVY;
    }

    @Override
    public List<FamilyQuery> queries(CollectionContext context) {
        Table<?> newest = select(REVISIONS.EDITABLE_ID, REVISIONS.TYPE, REVISIONS.CREATED_DT)
                .distinctOn(REVISIONS.EDITABLE_ID)
                .from(REVISIONS)
                .where(REVISIONS.IS_UNDONE.isFalse())
                .orderBy(REVISIONS.EDITABLE_ID, REVISIONS.CREATED_DT.desc(), REVISIONS.ID.desc())
                .asTable("newest");
        Field<RevisionType> type = newest.field(REVISIONS.TYPE);
        Condition isReady = isReady(type);
        Condition isRecent = new ContributionEvents(context.now()).isRecent(EDITABLES.CONTRIBUTION_ID);
        return List.of(FamilyQuery.from(EDITABLES
                        .leftJoin(newest)
                        .on(newest.field(REVISIONS.EDITABLE_ID).eq(EDITABLES.ID)))
                .where(EDITABLES.IS_DELETED.isFalse(), new DeadObjects().isContributionAlive(EDITABLES.CONTRIBUTION_ID))
                .by(TYPE, EDITABLES.TYPE)
                .by(STATE, state(type, isReady))
                .value(BY_STATE, countRows())
                .value(UNASSIGNED, countRows().where(isReady.and(EDITABLES.EDITOR_ID.isNull())))
                .value(PUBLISHED, countRows().where(EDITABLES.PUBLISHED_REVISION_ID.isNotNull()))
                .value(OLDEST, earliest(newest.field(REVISIONS.CREATED_DT)).where(isReady.and(isRecent)))
                .since("3.3"));
    }

    private static Condition isReady(Field<RevisionType> type) {
        return type.in(RevisionType.READY_FOR_REVIEW, RevisionType.REPLACEMENT, RevisionType.RESET);
    }

    private static Field<String> state(Field<RevisionType> type, Condition isReady) {
        return when(isReady, inline("ready_for_review"))
                .when(type.eq(RevisionType.NEW), inline("new"))
                .when(type.eq(RevisionType.NEEDS_SUBMITTER_CONFIRMATION), inline("needs_submitter_confirmation"))
                .when(
                        type.in(RevisionType.CHANGES_REJECTION, RevisionType.NEEDS_SUBMITTER_CHANGES),
                        inline("needs_submitter_changes"))
                .when(type.eq(RevisionType.CHANGES_ACCEPTANCE), inline("accepted_submitter"))
                .when(type.eq(RevisionType.ACCEPTANCE), inline("accepted"))
                .when(type.eq(RevisionType.REJECTION), inline("rejected"));
    }

    @Override
    public List<FamilyHistory> histories(CollectionContext context) {
        Table<?> revisions = select(
                        REVISIONS.EDITABLE_ID,
                        REVISIONS.TYPE,
                        REVISIONS.CREATED_DT,
                        lead(REVISIONS.CREATED_DT)
                                .over()
                                .partitionBy(REVISIONS.EDITABLE_ID)
                                .orderBy(REVISIONS.CREATED_DT, REVISIONS.ID)
                                .as("revised_at"))
                .from(REVISIONS)
                .where(REVISIONS.IS_UNDONE.isFalse())
                .asTable("edited");
        Field<RevisionType> type = revisions.field(REVISIONS.TYPE);
        Condition isAlive =
                EDITABLES.IS_DELETED.isFalse().and(new DeadObjects().isContributionAlive(EDITABLES.CONTRIBUTION_ID));
        String missing = "deleted editables and those of deleted contributions and events are missing.";
        return List.of(
                FamilyHistory.nearExact(
                                FamilyQuery.from(EDITABLES
                                                .leftJoin(revisions)
                                                .on(revisions
                                                        .field(REVISIONS.EDITABLE_ID)
                                                        .eq(EDITABLES.ID)))
                                        .where(isAlive)
                                        .by(TYPE, EDITABLES.TYPE)
                                        .by(STATE, state(type, isReady(type)))
                                        .value(BY_STATE, countRows())
                                        .since("3.3"),
                                "A revision that was undone never counts, and " + missing)
                        .from(revisions.field(REVISIONS.CREATED_DT))
                        .until(field(DSL.name("edited", "revised_at"), REVISIONS.CREATED_DT.getDataType())),
                FamilyHistory.approximate(
                                FamilyQuery.from(EDITABLES
                                                .join(REVISIONS)
                                                .on(REVISIONS.ID.eq(EDITABLES.PUBLISHED_REVISION_ID)))
                                        .where(isAlive)
                                        .by(TYPE, EDITABLES.TYPE)
                                        .value(PUBLISHED, countRows())
                                        .since("3.3"),
                                "An editable counts from the revision on that is published today, and " + missing)
                        .from(REVISIONS.CREATED_DT));
    }
}
