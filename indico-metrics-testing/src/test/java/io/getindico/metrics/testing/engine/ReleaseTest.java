package io.getindico.metrics.testing.engine;

import static io.getindico.metrics.jooq.indico.tables.News.NEWS;
import static io.getindico.metrics.jooq.users.tables.Users.USERS;
import static io.getindico.metrics.testing.engine.TestCollector.count;
import static io.getindico.metrics.testing.engine.TestCollector.family;
import static org.assertj.core.api.Assertions.assertThat;

import io.getindico.metrics.api.MetricFamily;
import io.getindico.metrics.api.engine.CollectorStatus;
import io.getindico.metrics.api.engine.IndicoMetrics;
import io.getindico.metrics.api.engine.SkipReason;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A query that says since which release there is what it reads is skipped for that reason on an older one. */
class ReleaseTest extends EngineTest {
    private static final String HEAD_OF_3_2_6_TO_3_2_9 = "aba7935f9226";
    private static final MetricFamily GATED = family("gated");
    private static final MetricFamily OPEN = family("open");

    @BeforeEach
    void changeable() {
        ownDatabase();
    }

    private void setHead(String revision) {
        database().dsl().execute("UPDATE public.alembic_version SET version_num = '" + revision + "'");
    }

    private static TestCollector since(String release) {
        return TestCollector.of(
                "gates",
                List.of(GATED, OPEN),
                context -> List.of(count(GATED, NEWS, NEWS.TITLE.isNotNull()).since(release), count(OPEN, USERS)));
    }

    private static CollectorStatus.Query gated(IndicoMetrics metrics) {
        return metrics.status().collectors().get(0).queries().get(0);
    }

    @ParameterizedTest
    @CsvSource({"3.2.10, 3.2.6-3.2.9", "3.3, 3.2.6-3.2.9", "3.3.6, 3.2.6-3.2.9", "4.0.0, 3.2.6-3.2.9"})
    void onAnOlderReleaseItIsSkippedAndTheOtherQueryIsNot(String release, String is) {
        setHead(HEAD_OF_3_2_6_TO_3_2_9);
        IndicoMetrics metrics = open(since(release));
        Exposition scrape = scrape(metrics);
        assertThat(scrape.value("test_gated")).isNull();
        assertThat(scrape.value("test_open")).isEqualTo(1);
        assertThat(scrape.success("gates")).isEqualTo(1);
        assertThat(scrape.skipped("gates", "release")).isEqualTo(1);
        assertThat(gated(metrics).skipReason()).isEqualTo(SkipReason.RELEASE);
        assertThat(gated(metrics).detail()).isEqualTo("needs Indico " + release + ", but this is " + is);
        assertThat(gated(metrics).missingColumns()).isEmpty();
    }

    /** The database may belong to the newest of the releases that have this schema. */
    @ParameterizedTest
    @ValueSource(strings = {"3.0", "3.2", "3.2.6", "3.2.9"})
    void onThatReleaseOrANewerOneItRuns(String release) {
        setHead(HEAD_OF_3_2_6_TO_3_2_9);
        Exposition scrape = scrape(open(since(release)));
        assertThat(scrape.value("test_gated")).isZero();
        assertThat(scrape.family("indico_collector_skipped")).isEmpty();
    }

    @Test
    void aHeadThatIsNotKnownCountsAsNewest() {
        setHead("cafe");
        assertThat(scrape(open(since("99.9"))).value("test_gated")).isZero();
    }

    @Test
    void headsThatTheLoginMayNotReadCountAsNewest() {
        Login login = closing(new Login(database()));
        login.sql("REVOKE SELECT ON public.alembic_version FROM %s");
        assertThat(scrape(open(engine(login.dataSource(), since("99.9")))).value("test_gated"))
                .isZero();
    }

    @Test
    void onAnOlderReleaseAMissingColumnIsNotReported() {
        setHead(HEAD_OF_3_2_6_TO_3_2_9);
        database().dsl().execute("ALTER TABLE indico.news RENAME COLUMN title TO headline");
        Exposition scrape = scrape(open(since("3.3")));
        assertThat(scrape.skipped("gates", "release")).isEqualTo(1);
        assertThat(scrape.skipped("gates", "column_missing")).isNull();
    }

    @Test
    void onThatReleaseAMissingColumnIsReported() {
        database().dsl().execute("ALTER TABLE indico.news RENAME COLUMN title TO headline");
        Exposition scrape = scrape(open(since("3.3")));
        assertThat(scrape.skipped("gates", "column_missing")).isEqualTo(1);
        assertThat(scrape.skipped("gates", "release")).isNull();
    }

    @Test
    void anUpgradeIsNoticed() {
        String newest = database()
                .dsl()
                .fetchSingle("SELECT version_num FROM public.alembic_version")
                .get(0, String.class);
        setHead(HEAD_OF_3_2_6_TO_3_2_9);
        IndicoMetrics metrics = open(since("3.3.14"));
        assertThat(scrape(metrics).skipped("gates", "release")).isEqualTo(1);
        setHead(newest);
        clock.advance(FaultTest.TTL);
        Exposition upgraded = scrape(metrics);
        assertThat(upgraded.value("test_gated")).isZero();
        assertThat(upgraded.family("indico_collector_skipped")).isEmpty();
    }
}
