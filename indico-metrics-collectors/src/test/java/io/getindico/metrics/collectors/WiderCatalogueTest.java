package io.getindico.metrics.collectors;

import static io.getindico.metrics.api.Value.countDistinct;
import static io.getindico.metrics.api.Value.countRows;
import static io.getindico.metrics.api.Value.latest;
import static io.getindico.metrics.api.Value.sum;
import static io.getindico.metrics.jooq.event_abstracts.tables.AbstractReviews.ABSTRACT_REVIEWS;
import static io.getindico.metrics.jooq.event_abstracts.tables.Abstracts.ABSTRACTS;
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
import static io.getindico.metrics.jooq.users.tables.Identities.IDENTITIES;
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
import io.getindico.metrics.api.engine.CollectorStatus.Outcome;
import io.getindico.metrics.api.engine.IndicoMetrics;
import io.getindico.metrics.api.engine.Reading;
import io.getindico.metrics.api.engine.SkipReason;
import io.getindico.metrics.jooq.IndicoRelease;
import io.getindico.metrics.jooq.enums.ReservationOccurrenceState;
import io.getindico.metrics.jooq.enums.ReservationState;
import io.getindico.metrics.testing.GoldenData;
import io.getindico.metrics.testing.IndicoDatabase;
import io.getindico.metrics.testing.IndicoRows;
import io.prometheus.metrics.model.snapshots.GaugeSnapshot;
import io.prometheus.metrics.model.snapshots.GaugeSnapshot.GaugeDataPointSnapshot;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jooq.Condition;
import org.jooq.DatePart;
import org.jooq.Field;
import org.jooq.Record;
import org.jooq.Table;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/**
 * The harder families of a wider catalogue, each as an author of a collector would write it, with the values that plain
 * SQL gives on the golden rows.
 */
class WiderCatalogueTest {
    private static final GoldenData DATA = GoldenData.of(IndicoRelease.V3_3_12);
    private static final Instant NOW = DATA.cases().get(0).now();
    private static final ZoneId ZONE = ZoneId.of("America/New_York");

    private static IndicoDatabase database;

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
        database = IndicoDatabase.create(DATA.release());
        DATA.loadInto(database);
        IndicoRows rows = IndicoRows.into(database.dsl());
        for (int reviewed : new int[] {1, 2, 3, 5, 8, 13, 21, 34, 55, 55}) {
            rows.row(ABSTRACT_REVIEWS)
                    .with(ABSTRACT_REVIEWS.ABSTRACT_ID, reviewed)
                    .insert();
        }
    }

    @AfterAll
    static void close() {
        database.close();
    }

    /** A case over what another table has of a row, beside the phase of the event. */
    @Test
    void abstractsByStateAndPhase() {
        Label state = Label.closed(
                "state", "awaiting", "under_review", "withdrawn", "accepted", "rejected", "merged", "duplicate");
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
                                when(code(1).and(isReviewed), inline("under_review"))
                                        .when(code(1), inline("awaiting"))
                                        .when(code(2), inline("withdrawn"))
                                        .when(code(3), inline("accepted"))
                                        .when(code(4), inline("rejected"))
                                        .when(code(5), inline("merged"))
                                        .when(code(6), inline("duplicate")))
                        .by(
                                phase,
                                when(EVENTS.START_DT.gt(context.now()), inline("upcoming"))
                                        .when(EVENTS.END_DT.ge(context.now()), inline("ongoing"))
                                        .otherwise(inline("past")))
                        .value(abstracts, countRows())
                        .value(withdrawn, countRows().where(code(2)))));
        Reading reading = read(subject);
        assertThat(values(reading, abstracts)).hasSize(7 * 3).containsAllEntriesOf(sql("""
                SELECT (ARRAY[CASE WHEN EXISTS (SELECT FROM event_abstracts.abstract_reviews WHERE abstract_id = a.id)
                    THEN 'under_review' ELSE 'awaiting' END,
                    'withdrawn', 'accepted', 'rejected', 'merged', 'duplicate'])[a.state],
                  CASE WHEN e.start_dt > :now THEN 'upcoming' WHEN e.end_dt >= :now THEN 'ongoing' ELSE 'past' END,
                  count(*)
                FROM event_abstracts.abstracts a JOIN events.events e ON e.id = a.event_id
                WHERE NOT a.is_deleted AND NOT e.is_deleted GROUP BY 1, 2"""));
        assertThat(values(reading, abstracts).keySet().stream().map(labels -> labels.get(0)))
                .contains("under_review");
        assertThat(values(reading, withdrawn)).isEqualTo(sql("""
                SELECT count(*) FROM event_abstracts.abstracts a JOIN events.events e ON e.id = a.event_id
                WHERE NOT a.is_deleted AND NOT e.is_deleted AND a.state = 2"""));
    }

    private static Condition code(int state) {
        return ABSTRACTS.STATE.eq((short) state);
    }

    /** Several windows in one pass, with distinct counts. */
    @Test
    void loginsOfSeveralWindows() {
        List<Integer> windows = List.of(1, 7, 30, 365);
        List<MetricFamily> families = windows.stream()
                .map(days -> gauge("indico_users_logged_in_" + days + "d")
                        .timeDependent()
                        .build())
                .toList();
        MetricFamily newest = gauge("indico_users_newest_login_timestamp_seconds")
                .unit("seconds")
                .build();
        List<MetricFamily> all = new ArrayList<>(families);
        all.add(newest);
        Subject subject = new Subject(all, context -> {
            FamilyQuery query = FamilyQuery.from(IDENTITIES).value(newest, latest(IDENTITIES.LAST_LOGIN_DT));
            for (int i = 0; i < windows.size(); i++) {
                Instant since = context.now().minus(Duration.ofDays(windows.get(i)));
                query.value(
                        families.get(i), countDistinct(IDENTITIES.USER_ID).where(IDENTITIES.LAST_LOGIN_DT.gt(since)));
            }
            return List.of(query);
        });
        Reading reading = read(subject);
        for (int i = 0; i < windows.size(); i++) {
            assertThat(values(reading, families.get(i)))
                    .isEqualTo(sql("SELECT count(DISTINCT user_id) FROM users.identities"
                            + " WHERE last_login_dt > :now - interval '" + windows.get(i) + " days'"));
        }
        assertThat(values(reading, newest))
                .isEqualTo(
                        sql("SELECT extract(epoch FROM max(last_login_dt) AT TIME ZONE 'UTC') FROM users.identities"));
    }

    private static final Label SOURCE = Label.closed(
            "source",
            "attachment",
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
    private static final String STORED_SQL = """
            SELECT source, storage_backend, %s FROM (
              SELECT 'attachment' AS source, storage_backend, size FROM attachments.files
              UNION ALL SELECT 'generic', storage_backend, size FROM indico.files
              UNION ALL SELECT 'abstract', storage_backend, size FROM event_abstracts.files
              UNION ALL SELECT 'paper', storage_backend, size FROM event_paper_reviewing.files
              UNION ALL SELECT 'paper_template', storage_backend, size FROM event_paper_reviewing.templates
              UNION ALL SELECT 'registration', storage_backend, size FROM event_registration.registration_data
              UNION ALL SELECT 'layout_image', storage_backend, size FROM events.image_files
              UNION ALL SELECT 'static_site', storage_backend, size FROM events.static_sites
              UNION ALL SELECT 'designer_image', storage_backend, size FROM indico.designer_image_files) f
            WHERE storage_backend IS NOT NULL GROUP BY 1, 2""";

    /** A query for each table, told apart by a constant label; one of them needs a newer Indico. */
    @Test
    void storedFilesByAQueryForEachTable() {
        Subject subject = new Subject(List.of(STORED, STORED_BYTES), context -> storedFiles());
        Reading reading = read(subject);
        assertThat(present(values(reading, STORED)))
                .hasSizeGreaterThan(5)
                .isEqualTo(sql(STORED_SQL.formatted("count(*)")));
        assertThat(present(values(reading, STORED_BYTES))).isEqualTo(sql(STORED_SQL.formatted("sum(size)")));
    }

    @Test
    void storedFilesOfAnOlderIndicoLackOnlyThePartThatItDoesNotHave() {
        GoldenData older = GoldenData.of(IndicoRelease.V3_2_9);
        try (IndicoDatabase indico = IndicoDatabase.create(older.release())) {
            older.loadInto(indico);
            Subject subject = new Subject(List.of(STORED, STORED_BYTES), context -> storedFiles());
            Reading reading = read(subject, indico);
            assertThat(reading.status().collectors().get(0).outcome()).isEqualTo(Outcome.PARTIAL);
            assertThat(reading.status().collectors().get(0).skipReasons()).containsExactly(SkipReason.RELEASE);
            Set<String> sources = new TreeSet<>();
            values(reading, STORED).keySet().forEach(labels -> sources.add(labels.get(0)));
            assertThat(sources)
                    .contains("abstract", "attachment", "paper_template")
                    .doesNotContain("paper");
        }
    }

    private static List<FamilyQuery> storedFiles() {
        var attachments = io.getindico.metrics.jooq.attachments.tables.Files.FILES;
        var generic = io.getindico.metrics.jooq.indico.tables.Files.FILES;
        var abstracts = io.getindico.metrics.jooq.event_abstracts.tables.Files.FILES;
        var papers = io.getindico.metrics.jooq.event_paper_reviewing.tables.Files.FILES;
        return List.of(
                stored("attachment", attachments, attachments.STORAGE_BACKEND, attachments.ID, attachments.SIZE),
                stored("generic", generic, generic.STORAGE_BACKEND, generic.ID, generic.SIZE),
                stored("abstract", abstracts, abstracts.STORAGE_BACKEND, abstracts.ID, abstracts.SIZE),
                stored("paper", papers, papers.STORAGE_BACKEND, papers.ID, papers.SIZE)
                        .where(papers.FILE_TYPE_ID.isNull())
                        .since("3.3.10"),
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
        Map<List<String>, Double> expected = sql(STORED_SQL.formatted("count(*)"));
        expected.keySet().removeIf(labels -> !Set.of("abstract", "paper").contains(labels.get(0)));
        assertThat(present(values(read(subject), STORED))).hasSize(4).isEqualTo(expected);
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
        Map<List<String>, Double> expected = sql("""
                SELECT l.name, coalesce(sum(extract(epoch FROM
                    least(x.end_dt, w.d + interval '1 day') - greatest(x.start_dt, w.d)))
                  FILTER (WHERE x.room_id IS NOT NULL), 0)
                FROM (SELECT date_trunc('day', :local) AS d) w CROSS JOIN roombooking.rooms r
                JOIN roombooking.locations l ON l.id = r.location_id
                LEFT JOIN (SELECT b.room_id, o.start_dt, o.end_dt FROM roombooking.reservation_occurrences o
                  JOIN roombooking.reservations b ON b.id = o.reservation_id WHERE o.state = 2 AND b.state IN (2, 3)) x
                ON x.room_id = r.id AND x.start_dt < w.d + interval '1 day' AND x.end_dt > w.d
                WHERE NOT r.is_deleted GROUP BY 1""");
        assertThat(values(read(subject), booked)).hasSizeGreaterThan(1).isEqualTo(expected);
        assertThat(expected.values()).anyMatch(seconds -> seconds > 0);
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
        Reading reading = read(subject);
        String byLocation = "SELECT l.name, %s FROM roombooking.rooms r JOIN roombooking.locations l"
                + " ON l.id = r.location_id WHERE NOT r.is_deleted GROUP BY 1";
        assertThat(values(reading, rooms)).hasSizeGreaterThan(1).isEqualTo(sql(byLocation.formatted("count(*)")));
        assertThat(values(reading, seats)).isEqualTo(sql(byLocation.formatted("coalesce(sum(capacity), 0)")));
        assertThat(values(reading, allRooms))
                .isEqualTo(sql("SELECT count(*) FROM roombooking.rooms WHERE NOT is_deleted"));
    }

    private static MetricFamily.Builder gauge(String name) {
        return MetricFamily.gauge(name).help("A test's.");
    }

    private static Reading read(MetricCollector collector) {
        Reading reading = read(collector, database);
        assertThat(reading.status().collectors().get(0).queries())
                .allSatisfy(
                        query -> assertThat(query.outcome()).as(query.detail()).isEqualTo(Outcome.SUCCESS));
        return reading;
    }

    private static Reading read(MetricCollector collector, IndicoDatabase from) {
        try (IndicoMetrics metrics = IndicoMetrics.builder(from.dataSource())
                .collectors(collector)
                .zone(ZONE)
                .build()) {
            return metrics.readOnce(NOW);
        }
    }

    /** By the values of the labels, in the order of the family's labels. */
    private static Map<List<String>, Double> values(Reading reading, MetricFamily family) {
        return reading.metrics().stream()
                .filter(metric -> metric.getMetadata().getPrometheusName().equals(family.name()))
                .flatMap(metric -> ((GaugeSnapshot) metric).getDataPoints().stream())
                .collect(Collectors.toMap(point -> labels(family, point), GaugeDataPointSnapshot::getValue));
    }

    private static List<String> labels(MetricFamily family, GaugeDataPointSnapshot point) {
        return family.labels().stream()
                .map(label -> point.getLabels().get(label.name()))
                .toList();
    }

    /** Without what the closed labels fill up with 0. */
    private static Map<List<String>, Double> present(Map<List<String>, Double> values) {
        Map<List<String>, Double> present = new HashMap<>(values);
        present.values().removeIf(value -> value == 0);
        return present;
    }

    /** What a statement gives, whose last column is the value and the others are labels. */
    private static Map<List<String>, Double> sql(String statement) {
        String text = statement
                .replace(":now", "timestamp '" + NOW.toString().replace("Z", "") + "'")
                .replace(":local", "timestamp '" + LocalDateTime.ofInstant(NOW, ZONE) + "'");
        Map<List<String>, Double> values = new HashMap<>();
        for (Record row : database.dsl().fetch(text)) {
            List<String> labels = Stream.of(Arrays.copyOf(row.intoArray(), row.size() - 1))
                    .map(String::valueOf)
                    .toList();
            values.put(labels, row.get(row.size() - 1, Double.class));
        }
        return values;
    }
}
