package io.getindico.metrics.collectors.categories;

import static io.getindico.metrics.api.Value.countRows;
import static io.getindico.metrics.api.Value.earliest;
import static io.getindico.metrics.jooq.categories.tables.Categories.CATEGORIES;
import static io.getindico.metrics.jooq.categories.tables.EventMoveRequests.EVENT_MOVE_REQUESTS;
import static io.getindico.metrics.jooq.categories.tables.Logs.LOGS;
import static org.jooq.impl.DSL.field;
import static org.jooq.impl.DSL.max;
import static org.jooq.impl.DSL.select;
import static org.jooq.impl.DSL.when;

import io.getindico.metrics.api.CollectionContext;
import io.getindico.metrics.api.FamilyHistory;
import io.getindico.metrics.api.FamilyHistory.Exactness;
import io.getindico.metrics.api.FamilyQuery;
import io.getindico.metrics.api.Label;
import io.getindico.metrics.api.MetricCollector;
import io.getindico.metrics.api.MetricFamily;
import io.getindico.metrics.api.Profile;
import io.getindico.metrics.jooq.enums.CategoryLogRealm;
import io.getindico.metrics.jooq.enums.MoveRequestState;
import java.time.Instant;
import java.util.List;
import org.jooq.Condition;
import org.jooq.DataType;
import org.jooq.Field;
import org.jooq.Table;
import org.jooq.impl.DSL;

/**
 * Counts the categories that are not themselves deleted, including the root, by who may create events in them, and the
 * requests to move an event into a moderated category. The oldest pending request is one into a category that is not
 * deleted, because nobody can answer the others.
 *
 * <p>Makes one pass over {@code categories.categories} and one over {@code categories.event_move_requests}.
 *
 * <pre>
 * # TYPE indico_num_categories gauge
 * indico_num_categories 24.0
 * # TYPE indico_categories gauge
 * indico_categories{event_creation_mode="moderated"} 0.0
 * indico_categories{event_creation_mode="open"} 0.0
 * indico_categories{event_creation_mode="restricted"} 24.0
 * # TYPE indico_event_move_requests gauge
 * indico_event_move_requests{state="accepted"} 2.0
 * indico_event_move_requests{state="pending"} 3.0
 * indico_event_move_requests{state="rejected"} 5.0
 * indico_event_move_requests{state="withdrawn"} 5.0
 * # TYPE indico_event_move_requests_oldest_pending_timestamp_seconds gauge
 * indico_event_move_requests_oldest_pending_timestamp_seconds 1.764388564E9
 * </pre>
 *
 * @since 0.1.0
 */
public final class CategoriesCollector implements MetricCollector {
    private static final Label EVENT_CREATION_MODE =
            Label.closed("event_creation_mode", "restricted", "moderated", "open");
    private static final Label STATE = Label.closed("state", "pending", "accepted", "rejected", "withdrawn");

    private static final MetricFamily LIVE_CATEGORIES = MetricFamily.gauge("indico_num_categories")
            .help("Categories that are not deleted, including the root.")
            .profile(Profile.COMPATIBLE)
            .purpose("Shows how the tree of categories grows.")
            .build();
    private static final MetricFamily BY_MODE = MetricFamily.gauge("indico_categories")
            .help("Number of non-deleted categories by who may create events in them; the sum is"
                    + " indico_num_categories.")
            .labels(EVENT_CREATION_MODE)
            .purpose("Spam arrives in open categories.")
            .build();
    private static final MetricFamily MOVE_REQUESTS = MetricFamily.gauge("indico_event_move_requests")
            .help("Number of requests to move an event into a moderated category, by state.")
            .labels(STATE)
            .purpose("Shows the queue of the moderators.")
            .build();
    private static final MetricFamily OLDEST_PENDING = MetricFamily.gauge(
                    "indico_event_move_requests_oldest_pending_timestamp_seconds")
            .help("Unix time of the oldest pending request to move an event into a non-deleted category.")
            .unit("seconds")
            .purpose("Shows events that wait because no moderator answers: `time() -"
                    + " indico_event_move_requests_oldest_pending_timestamp_seconds` is how long the oldest has"
                    + " waited.")
            .build();

    @Override
    public String name() {
        return "categories";
    }

    @Override
    public List<MetricFamily> families() {
        return List.of(LIVE_CATEGORIES, BY_MODE, MOVE_REQUESTS, OLDEST_PENDING);
    }

    @Override
    public List<FamilyQuery> queries(CollectionContext context) {
        return List.of(categories(), moveRequests());
    }

    private static FamilyQuery categories() {
        return FamilyQuery.from(CATEGORIES)
                .where(CATEGORIES.IS_DELETED.isFalse())
                .by(EVENT_CREATION_MODE, CATEGORIES.EVENT_CREATION_MODE)
                .value(LIVE_CATEGORIES, countRows())
                .value(BY_MODE, countRows());
    }

    private static FamilyQuery moveRequests() {
        Condition isPending = EVENT_MOVE_REQUESTS.STATE.eq(MoveRequestState.PENDING);
        Condition canBeAnswered = EVENT_MOVE_REQUESTS.CATEGORY_ID.in(
                select(CATEGORIES.ID).from(CATEGORIES).where(CATEGORIES.IS_DELETED.isFalse()));
        return FamilyQuery.from(EVENT_MOVE_REQUESTS)
                .by(STATE, EVENT_MOVE_REQUESTS.STATE)
                .value(MOVE_REQUESTS, countRows())
                .value(
                        OLDEST_PENDING,
                        earliest(EVENT_MOVE_REQUESTS.REQUESTED_DT).where(isPending.and(canBeAnswered)));
    }

    @Override
    public List<FamilyHistory> histories(CollectionContext context) {
        Table<?> changes = select(
                        LOGS.CATEGORY_ID,
                        max(LOGS.LOGGED_DT)
                                .filterWhere(LOGS.SUMMARY.eq("Category created"))
                                .as("created_at"),
                        max(LOGS.LOGGED_DT)
                                .filterWhere(LOGS.SUMMARY.eq("Category deleted"))
                                .as("deleted_at"))
                .from(LOGS)
                .where(
                        LOGS.REALM.eq(CategoryLogRealm.CATEGORY),
                        LOGS.MODULE.eq("Category"),
                        LOGS.SUMMARY.in("Category created", "Category deleted"))
                .groupBy(LOGS.CATEGORY_ID)
                .asTable("changes");
        DataType<Instant> type = LOGS.LOGGED_DT.getDataType();
        Field<Instant> deletedAt = field(DSL.name("changes", "deleted_at"), type);
        return List.of(FamilyHistory.exact(
                        FamilyQuery.from(CATEGORIES
                                        .leftJoin(changes)
                                        .on(changes.field(LOGS.CATEGORY_ID).eq(CATEGORIES.ID)))
                                .where(CATEGORIES.IS_DELETED.isFalse().or(deletedAt.isNotNull()))
                                .by(EVENT_CREATION_MODE, CATEGORIES.EVENT_CREATION_MODE)
                                .value(LIVE_CATEGORIES, countRows())
                                .value(BY_MODE, countRows()),
                        "The log of categories, which Indico has since 3.1, says when they were created and deleted; those"
                                + " that were created before count from the beginning, and those that were deleted before"
                                + " never count.")
                .except(BY_MODE, Exactness.APPROXIMATE, "A category has its present setting from the beginning.")
                .from(field(DSL.name("changes", "created_at"), type))
                .until(when(CATEGORIES.IS_DELETED.isTrue(), deletedAt)));
    }
}
