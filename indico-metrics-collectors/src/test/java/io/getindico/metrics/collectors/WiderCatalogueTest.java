package io.getindico.metrics.collectors;

import static io.getindico.metrics.api.Value.countRows;
import static io.getindico.metrics.api.Value.sum;
import static io.getindico.metrics.jooq.enums.AbstractState.ACCEPTED;
import static io.getindico.metrics.jooq.enums.AbstractState.DUPLICATE;
import static io.getindico.metrics.jooq.enums.AbstractState.INVITED;
import static io.getindico.metrics.jooq.enums.AbstractState.MERGED;
import static io.getindico.metrics.jooq.enums.AbstractState.REJECTED;
import static io.getindico.metrics.jooq.enums.AbstractState.SUBMITTED;
import static io.getindico.metrics.jooq.enums.AbstractState.WITHDRAWN;
import static io.getindico.metrics.jooq.event_abstracts.tables.AbstractReviews.ABSTRACT_REVIEWS;
import static io.getindico.metrics.jooq.event_abstracts.tables.Abstracts.ABSTRACTS;
import static io.getindico.metrics.jooq.event_editing.tables.RevisionFiles.REVISION_FILES;
import static io.getindico.metrics.jooq.event_paper_reviewing.tables.Templates.TEMPLATES;
import static io.getindico.metrics.jooq.event_registration.tables.RegistrationData.REGISTRATION_DATA;
import static io.getindico.metrics.jooq.events.tables.Events.EVENTS;
import static io.getindico.metrics.jooq.events.tables.ImageFiles.IMAGE_FILES;
import static io.getindico.metrics.jooq.events.tables.StaticSites.STATIC_SITES;
import static io.getindico.metrics.jooq.indico.tables.DesignerImageFiles.DESIGNER_IMAGE_FILES;
import static io.getindico.metrics.jooq.roombooking.tables.Locations.LOCATIONS;
import static io.getindico.metrics.jooq.roombooking.tables.ReservationOccurrences.RESERVATION_OCCURRENCES;
import static io.getindico.metrics.jooq.roombooking.tables.Reservations.RESERVATIONS;
import static io.getindico.metrics.jooq.roombooking.tables.Rooms.ROOMS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.jooq.impl.DSL.extract;
import static org.jooq.impl.DSL.greatest;
import static org.jooq.impl.DSL.inline;
import static org.jooq.impl.DSL.least;
import static org.jooq.impl.DSL.localDateTimeAdd;
import static org.jooq.impl.DSL.localDateTimeDiff;
import static org.jooq.impl.DSL.select;
import static org.jooq.impl.DSL.trunc;
import static org.jooq.impl.DSL.when;

import io.getindico.metrics.api.CollectionContext;
import io.getindico.metrics.api.FamilyQuery;
import io.getindico.metrics.api.Label;
import io.getindico.metrics.api.MetricCollector;
import io.getindico.metrics.api.MetricFamily;
import io.getindico.metrics.api.engine.CollectorStatus;
import io.getindico.metrics.api.engine.CollectorStatus.Outcome;
import io.getindico.metrics.api.engine.Reading;
import io.getindico.metrics.api.engine.SkipReason;
import io.getindico.metrics.jooq.enums.AbstractState;
import io.getindico.metrics.jooq.enums.ReservationOccurrenceState;
import io.getindico.metrics.jooq.enums.ReservationState;
import io.getindico.metrics.testing.WideCase;
import io.getindico.metrics.testing.WideData;
import io.prometheus.metrics.model.snapshots.Labels;
import java.time.LocalDateTime;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.BiConsumer;
import java.util.function.Function;
import org.jooq.Condition;
import org.jooq.DatePart;
import org.jooq.Field;
import org.jooq.Table;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/**
 * The harder families of the wider catalogue, each written as an author of a collector would write it. Their values are
 * those of {@link WideData}.
 */
class WiderCatalogueTest {
    private static final List<WideIndico> DATABASES = new ArrayList<>();

    /** A collector of one test. */
    private record Subject(List<MetricFamily> families, Function<CollectionContext, List<FamilyQuery>> definition)
            implements MetricCollector {
        @Override
        public String name() {
            return "subject";
        }

        @Override
        public List<FamilyQuery> queries(CollectionContext context) {
            return definition.apply(context);
        }
    }

    @BeforeAll
    static void load() {
        WideData.RELEASES.forEach(release -> DATABASES.add(new WideIndico(release)));
    }

    @AfterAll
    static void close() {
        DATABASES.forEach(WideIndico::close);
        DATABASES.clear();
    }

    /** A case over what another table has of a row, beside the phase of the event. */
    @Test
    void abstractsByStateAndPhase() {
        Label state = Label.closed(
                "state",
                "awaiting",
                "under_review",
                "withdrawn",
                "accepted",
                "rejected",
                "merged",
                "duplicate",
                "invited");
        Label phase = Label.closed("event_phase", "upcoming", "ongoing", "past");
        MetricFamily abstracts =
                gauge("indico_abstracts").labels(state, phase).timeDependent().build();
        MetricFamily withdrawn = gauge("indico_withdrawn_abstracts").build();
        Condition isReviewed =
                ABSTRACTS.ID.in(select(ABSTRACT_REVIEWS.ABSTRACT_ID).from(ABSTRACT_REVIEWS));
        Subject subject = new Subject(
                List.of(abstracts, withdrawn),
                context -> List.of(FamilyQuery.from(ABSTRACTS.join(EVENTS).on(EVENTS.ID.eq(ABSTRACTS.EVENT_ID)))
                        .where(ABSTRACTS.IS_DELETED.isFalse(), EVENTS.IS_DELETED.isFalse())
                        .by(
                                state,
                                when(is(SUBMITTED).and(isReviewed), inline("under_review"))
                                        .when(is(SUBMITTED), inline("awaiting"))
                                        .when(is(WITHDRAWN), inline("withdrawn"))
                                        .when(is(ACCEPTED), inline("accepted"))
                                        .when(is(REJECTED), inline("rejected"))
                                        .when(is(MERGED), inline("merged"))
                                        .when(is(DUPLICATE), inline("duplicate"))
                                        .when(is(INVITED), inline("invited")))
                        .by(
                                phase,
                                when(EVENTS.START_DT.gt(context.now()), inline("upcoming"))
                                        .when(EVENTS.END_DT.ge(context.now()), inline("ongoing"))
                                        .otherwise(inline("past")))
                        .value(abstracts, countRows())
                        .value(withdrawn, countRows().where(is(WITHDRAWN)))));
        assertCatalogued(subject, abstracts);
        assertInEachCase(subject, (wide, reading) -> {
            assertThat(WideCase.read(abstracts, reading)).hasSize(8 * 3);
            assertThat(value(reading, withdrawn)).isEqualTo(total(wide, abstracts, "state", "withdrawn"));
        });
        assertThat(DATABASES)
                .allSatisfy(indico -> assertThat(indico.cases())
                        .allSatisfy(wide -> assertThat(total(wide, abstracts, "state", "under_review"))
                                .isPositive()));
    }

    private static Condition is(AbstractState state) {
        return ABSTRACTS.STATE.eq(state);
    }

    private static final Label SOURCE = Label.closed(
            "source",
            "attachment",
            "editing",
            "generic",
            "abstract",
            "paper",
            "paper_template",
            "registration",
            "layout_image",
            "static_site",
            "designer_image");
    private static final Label BACKEND = Label.open("backend");
    private static final MetricFamily STORED =
            gauge("indico_stored_files").labels(SOURCE, BACKEND).build();
    private static final MetricFamily STORED_BYTES = gauge("indico_stored_file_bytes")
            .unit("bytes")
            .labels(SOURCE, BACKEND)
            .build();

    /** A query for each source, told apart by a constant label. */
    @Test
    void storedFilesByAQueryForEachTable() {
        assertCatalogued(
                new Subject(List.of(STORED, STORED_BYTES), context -> storedFiles(papers())), STORED, STORED_BYTES);
    }

    /** Where one of the queries needs a newer Indico, its part alone is absent. */
    @Test
    void storedFilesOfAnOlderIndicoLackOnlyThePartThatItDoesNotHave() {
        var papers = io.getindico.metrics.jooq.event_paper_reviewing.tables.Files.FILES;
        Subject subject = new Subject(
                List.of(STORED, STORED_BYTES),
                context ->
                        storedFiles(papers().where(papers.FILE_TYPE_ID.isNull()).since("3.3.10")));
        WideIndico older = DATABASES.get(0);
        for (WideCase wide : older.cases()) {
            Reading reading = older.read(wide, subject);
            CollectorStatus status = reading.status().collectors().get(0);
            assertThat(status.outcome()).isEqualTo(Outcome.PARTIAL);
            assertThat(status.skipReasons()).containsExactly(SkipReason.RELEASE);
            for (MetricFamily family : subject.families()) {
                Map<Labels, Double> expected = new HashMap<>(wide.values(family.name()));
                assertThat(expected.keySet()
                                .removeIf(labels -> labels.get("source").equals("paper")))
                        .isTrue();
                assertThat(WideCase.read(family, reading).keySet())
                        .extracting(labels -> labels.get("source"))
                        .contains("abstract", "attachment", "paper_template")
                        .doesNotContain("paper");
                assertThat(present(family, reading)).isEqualTo(expected);
            }
        }
    }

    private static List<FamilyQuery> storedFiles(FamilyQuery papers) {
        var attachments = io.getindico.metrics.jooq.attachments.tables.Files.FILES;
        var files = io.getindico.metrics.jooq.indico.tables.Files.FILES;
        var abstracts = io.getindico.metrics.jooq.event_abstracts.tables.Files.FILES;
        Condition isEdited = files.ID.in(select(REVISION_FILES.FILE_ID).from(REVISION_FILES));
        return List.of(
                stored("attachment", attachments, attachments.STORAGE_BACKEND, attachments.ID, attachments.SIZE),
                stored("editing", files, files.STORAGE_BACKEND, files.ID, files.SIZE)
                        .where(isEdited),
                stored("generic", files, files.STORAGE_BACKEND, files.ID, files.SIZE)
                        .where(isEdited.not()),
                stored("abstract", abstracts, abstracts.STORAGE_BACKEND, abstracts.ID, abstracts.SIZE),
                papers,
                stored("paper_template", TEMPLATES, TEMPLATES.STORAGE_BACKEND, TEMPLATES.ID, TEMPLATES.SIZE),
                stored(
                        "registration",
                        REGISTRATION_DATA,
                        REGISTRATION_DATA.STORAGE_BACKEND,
                        REGISTRATION_DATA.REGISTRATION_ID,
                        REGISTRATION_DATA.SIZE),
                stored("layout_image", IMAGE_FILES, IMAGE_FILES.STORAGE_BACKEND, IMAGE_FILES.ID, IMAGE_FILES.SIZE),
                stored("static_site", STATIC_SITES, STATIC_SITES.STORAGE_BACKEND, STATIC_SITES.ID, STATIC_SITES.SIZE),
                stored(
                        "designer_image",
                        DESIGNER_IMAGE_FILES,
                        DESIGNER_IMAGE_FILES.STORAGE_BACKEND,
                        DESIGNER_IMAGE_FILES.ID,
                        DESIGNER_IMAGE_FILES.SIZE));
    }

    private static FamilyQuery papers() {
        var papers = io.getindico.metrics.jooq.event_paper_reviewing.tables.Files.FILES;
        return stored("paper", papers, papers.STORAGE_BACKEND, papers.ID, papers.SIZE);
    }

    private static FamilyQuery stored(
            String source, Table<?> table, Field<String> backend, Field<Integer> id, Field<Long> size) {
        return FamilyQuery.from(table)
                .where(backend.isNotNull())
                .constant(SOURCE, source)
                .by(BACKEND, backend, id)
                .value(STORED, countRows())
                .value(STORED_BYTES, sum(size));
    }

    /** The same tables as one, where none of them may be missing. */
    @Test
    void storedFilesByAUnion() {
        var abstracts = io.getindico.metrics.jooq.event_abstracts.tables.Files.FILES;
        var papers = io.getindico.metrics.jooq.event_paper_reviewing.tables.Files.FILES;
        Table<?> files = select(
                        inline("abstract").as("source"), abstracts.STORAGE_BACKEND, abstracts.ID, abstracts.SIZE)
                .from(abstracts)
                .unionAll(select(inline("paper"), papers.STORAGE_BACKEND, papers.ID, papers.SIZE)
                        .from(papers))
                .asTable("stored");
        Subject subject = new Subject(
                List.of(STORED),
                context -> List.of(FamilyQuery.from(files)
                        .by(SOURCE, files.field("source"))
                        .by(BACKEND, files.field(abstracts.STORAGE_BACKEND), files.field(abstracts.ID))
                        .value(STORED, countRows())));
        assertInEachCase(subject, (wide, reading) -> {
            Map<Labels, Double> expected = new HashMap<>(wide.values(STORED.name()));
            expected.keySet().removeIf(labels -> !Set.of("abstract", "paper").contains(labels.get("source")));
            assertThat(present(STORED, reading)).hasSize(4).isEqualTo(expected);
        });
    }

    /** Wall-clock times, cut to the day on which the clock in Indico's zone stands. */
    @Test
    void roomUsageInLocalTime() {
        Label location = Label.open("location");
        MetricFamily booked = gauge("indico_room_booked_today_seconds")
                .unit("seconds")
                .labels(location)
                .timeDependent()
                .build();
        Subject subject = new Subject(List.of(booked), context -> {
            Field<LocalDateTime> day = trunc(context.localNow(), DatePart.DAY);
            Field<LocalDateTime> nextDay = localDateTimeAdd(day, 1, DatePart.DAY);
            var seconds = extract(
                    localDateTimeDiff(
                            least(RESERVATION_OCCURRENCES.END_DT, nextDay),
                            greatest(RESERVATION_OCCURRENCES.START_DT, day)),
                    DatePart.EPOCH);
            Condition isToday = RESERVATION_OCCURRENCES
                    .STATE
                    .eq(ReservationOccurrenceState.VALID)
                    .and(RESERVATION_OCCURRENCES.START_DT.lt(nextDay))
                    .and(RESERVATION_OCCURRENCES.END_DT.gt(day));
            return List.of(FamilyQuery.from(ROOMS.join(LOCATIONS)
                            .on(LOCATIONS.ID.eq(ROOMS.LOCATION_ID))
                            .leftJoin(RESERVATIONS
                                    .join(RESERVATION_OCCURRENCES)
                                    .on(RESERVATION_OCCURRENCES.RESERVATION_ID.eq(RESERVATIONS.ID)))
                            .on(RESERVATIONS.ROOM_ID.eq(ROOMS.ID)))
                    .where(ROOMS.IS_DELETED.isFalse())
                    .by(location, LOCATIONS.NAME, LOCATIONS.ID)
                    .value(
                            booked,
                            sum(seconds)
                                    .where(isToday.and(RESERVATIONS.STATE.in(
                                            ReservationState.ACCEPTED, ReservationState.CANCELLED)))));
        });
        assertCatalogued(subject, booked);
    }

    /** An open label, and a family without it that is added up from the same groups. */
    @Test
    void roomsByLocation() {
        Label location = Label.open("location");
        MetricFamily rooms = gauge("indico_rooms").labels(location).build();
        MetricFamily seats = gauge("indico_room_seats").labels(location).build();
        MetricFamily allRooms = gauge("indico_num_rooms").build();
        Subject subject = new Subject(
                List.of(rooms, seats, allRooms),
                context -> List.of(FamilyQuery.from(ROOMS.join(LOCATIONS).on(LOCATIONS.ID.eq(ROOMS.LOCATION_ID)))
                        .where(ROOMS.IS_DELETED.isFalse())
                        .by(location, LOCATIONS.NAME, LOCATIONS.ID)
                        .value(rooms, countRows())
                        .value(seats, sum(ROOMS.CAPACITY))
                        .value(allRooms, countRows())));
        assertCatalogued(subject, rooms, seats);
        assertInEachCase(subject, (wide, reading) -> {
            assertThat(WideCase.read(rooms, reading)).hasSizeGreaterThan(1);
            assertThat(value(reading, allRooms))
                    .isEqualTo(wide.values(rooms.name()).values().stream()
                            .mapToDouble(Double::doubleValue)
                            .sum());
        });
    }

    private static MetricFamily.Builder gauge(String name) {
        return MetricFamily.gauge(name).help("A test's.");
    }

    /** The catalogue knows the families, and they have its values in each case of each release. */
    private static void assertCatalogued(Subject subject, MetricFamily... families) {
        assertThat(families).allMatch(WideIndico::knows);
        assertThat(DATABASES)
                .allSatisfy(indico -> assertThat(indico.differences(subject)).isEmpty());
        assertInEachCase(
                subject,
                (wide, reading) -> assertThat(
                                reading.status().collectors().get(0).outcome())
                        .isEqualTo(Outcome.SUCCESS));
    }

    private static void assertInEachCase(Subject subject, BiConsumer<WideCase, Reading> assertion) {
        for (WideIndico indico : DATABASES) {
            indico.cases().forEach(wide -> assertion.accept(wide, indico.read(wide, subject)));
        }
    }

    /** The value of a family without labels. */
    private static double value(Reading reading, MetricFamily family) {
        return Objects.requireNonNull(WideCase.read(family, reading).get(Labels.EMPTY));
    }

    /** What the catalogue has of a family under one value of a label. */
    private static double total(WideCase wide, MetricFamily family, String label, String value) {
        return wide.values(family.name()).entrySet().stream()
                .filter(point -> point.getKey().get(label).equals(value))
                .mapToDouble(Map.Entry::getValue)
                .sum();
    }

    /** Without what the closed labels fill up with 0. */
    private static Map<Labels, Double> present(MetricFamily family, Reading reading) {
        Map<Labels, Double> present = new HashMap<>(WideCase.read(family, reading));
        present.values().removeIf(value -> value == 0);
        return present;
    }
}
