package io.getindico.metrics.testing.engine;

import static io.getindico.metrics.api.RefreshClass.STANDARD;
import static io.getindico.metrics.jooq.indico.tables.News.NEWS;
import static io.getindico.metrics.jooq.plugin_livesync.tables.Queues.QUEUES;
import static io.getindico.metrics.jooq.users.tables.Users.USERS;
import static org.assertj.core.api.Assertions.assertThat;

import io.getindico.metrics.api.engine.CollectorStatus;
import io.getindico.metrics.api.engine.IndicoMetrics;
import io.getindico.metrics.jooq.IndicoRelease;
import io.getindico.metrics.testing.IndicoDatabase;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The schema and the rights decide what runs. */
class SkipTest extends EngineTest {
    private static final Duration TTL = Duration.ofSeconds(285);

    private final TestCollector news = TestCollector.count("news", NEWS);
    private final TestCollector titles = TestCollector.count("titles", NEWS, NEWS.TITLE.isNotNull());
    private final TestCollector users = TestCollector.count("users", USERS);

    @BeforeEach
    void changeable() {
        ownDatabase();
    }

    private void assertSkipped(Exposition scrape, String reason) {
        assertThat(scrape.family("indico_collector_skipped"))
                .containsExactly(
                        Map.entry("indico_collector_skipped{collector=\"news\",reason=\"" + reason + "\"}", 1.0));
        assertThat(scrape.value("test_news")).isNull();
        assertThat(scrape.success("news")).as("told apart from a failure").isNull();
        assertThat(scrape.value("test_users")).isEqualTo(1);
        assertThat(scrape.isUp()).isTrue();
    }

    private static String detail(IndicoMetrics metrics) {
        return metrics.status().collectors().stream()
                .flatMap(collector -> collector.queries().stream())
                .filter(query -> query.outcome() == CollectorStatus.Outcome.SKIPPED)
                .map(CollectorStatus.Query::detail)
                .reduce("", String::concat);
    }

    @Test
    void aTableThatIsMissing() {
        database().dsl().execute("ALTER TABLE indico.news RENAME TO old_news");
        IndicoMetrics metrics = open(news, users);
        assertSkipped(scrape(metrics), "table_missing");
        assertThat(detail(metrics)).isEqualTo("table indico.news is missing");
        assertThat(news.runs()).as("no query is sent").isZero();
    }

    @Test
    void aDroppedTableRemovesItsValues() {
        IndicoMetrics metrics = open(news, users);
        assertThat(scrape(metrics).value("test_news")).isZero();
        database().dsl().execute("DROP TABLE indico.news");
        clock.advance(TTL);
        assertSkipped(scrape(metrics), "table_missing");
    }

    @Test
    void aColumnThatIsMissing() {
        database().dsl().execute("ALTER TABLE indico.news RENAME COLUMN title TO headline");
        IndicoMetrics metrics = open(titles, users);
        Exposition scrape = scrape(metrics);
        assertThat(scrape.skipped("titles", "column_missing")).isEqualTo(1);
        assertThat(detail(metrics)).isEqualTo("column indico.news.title is missing");
    }

    @Test
    void anOlderReleaseLacksColumnsOfTheNewest() {
        try (IndicoDatabase old = IndicoDatabase.create(IndicoRelease.V3_2_9)) {
            old.prepare();
            TestCollector registered = TestCollector.count("registered", USERS, USERS.CREATED_DT.isNotNull());
            try (IndicoMetrics metrics =
                    engine(old.dataSource(), registered, users).build()) {
                Exposition scrape = scrape(metrics);
                assertThat(scrape.skipped("registered", "column_missing")).isEqualTo(1);
                assertThat(scrape.value("test_users")).isEqualTo(1);
                assertThat(scrape.family("indico_schema_info"))
                        .containsKey("indico_schema_info{component=\"indico\",release=\"3.2.6-3.2.9\",revision=\""
                                + IndicoRelease.V3_2_9.revisions().get("alembic_version") + "\"}");
            }
        }
    }

    @ParameterizedTest
    @CsvSource({
        "REVOKE SELECT ON indico.news FROM %s,           table indico.news,   GRANT SELECT ON indico.news TO %s",
        "REVOKE USAGE ON SCHEMA indico FROM %s,          table indico.news,   GRANT USAGE ON SCHEMA indico TO %s",
    })
    void aRightThatIsMissing(String revoke, String what, String grant) {
        Login login = closing(new Login(database()));
        login.sql(revoke);
        IndicoMetrics metrics = open(engine(login.dataSource(), news, users));
        assertSkipped(scrape(metrics), "privilege_missing");
        assertThat(detail(metrics)).isEqualTo("the login may not read " + what);
        login.sql(grant);
        clock.advance(TTL);
        Exposition granted = scrape(metrics);
        assertThat(granted.value("test_news")).isZero();
        assertThat(granted.success("news")).isEqualTo(1);
        assertThat(granted.family("indico_collector_skipped")).isEmpty();
    }

    @Test
    void aRightOnOneColumnThatIsMissing() {
        Login login = closing(new Login(database()));
        login.sql("REVOKE SELECT ON indico.news FROM %s");
        login.sql("GRANT SELECT (id) ON indico.news TO %s");
        IndicoMetrics metrics = open(engine(login.dataSource(), titles, news, users));
        Exposition scrape = scrape(metrics);
        assertThat(scrape.skipped("titles", "privilege_missing")).isEqualTo(1);
        assertThat(detail(metrics)).isEqualTo("the login may not read column indico.news.title");
        assertThat(scrape.value("test_news"))
                .as("one column is enough to count rows")
                .isZero();
        login.sql("GRANT SELECT (title) ON indico.news TO %s");
        clock.advance(TTL);
        assertThat(scrape(metrics).value("test_titles")).isZero();
    }

    @Test
    void aPluginThatIsInstalledWhileTheEngineRuns() {
        TestCollector queues = TestCollector.count("queues", QUEUES);
        database().dsl().execute("ALTER SCHEMA plugin_livesync RENAME TO not_yet");
        database().dsl().execute("ALTER TABLE public.alembic_version_plugin_livesync SET SCHEMA not_yet");
        IndicoMetrics metrics = open(queues, users);
        Exposition without = scrape(metrics);
        assertThat(without.skipped("queues", "plugin_absent")).isEqualTo(1);
        assertThat(without.value("test_queues")).isNull();
        assertThat(without.family("indico_schema_info")).hasSize(1);
        database().dsl().execute("ALTER SCHEMA not_yet RENAME TO plugin_livesync");
        database().dsl().execute("ALTER TABLE plugin_livesync.alembic_version_plugin_livesync SET SCHEMA public");
        clock.advance(TTL);
        Exposition with = scrape(metrics);
        assertThat(with.value("test_queues")).isZero();
        assertThat(with.family("indico_collector_skipped")).isEmpty();
        Map<String, String> revisions = IndicoRelease.newest().revisions();
        assertThat(with.family("indico_schema_info"))
                .containsOnlyKeys(
                        "indico_schema_info{component=\"indico\",release=\"3.3.14\",revision=\""
                                + revisions.get("alembic_version") + "\"}",
                        "indico_schema_info{component=\"livesync\",revision=\""
                                + revisions.get("alembic_version_plugin_livesync") + "\"}");
    }

    @Test
    void anUpgradeShowsInTheRevision() {
        IndicoMetrics metrics = open(users);
        scrape(metrics);
        database().dsl().execute("UPDATE public.alembic_version SET version_num = 'cafe'");
        clock.advance(TTL);
        assertThat(scrape(metrics).family("indico_schema_info"))
                .containsKey("indico_schema_info{component=\"indico\",release=\"unknown\",revision=\"cafe\"}");
    }

    @Test
    void anotherDatabaseThanIndicos() {
        database().dsl().execute("ALTER TABLE public.alembic_version RENAME TO away");
        IndicoMetrics metrics = open(engine(news).ttl(STANDARD, Duration.ofSeconds(30)));
        Exposition scrape = scrape(metrics);
        assertThat(scrape.databaseErrors()).isEqualTo("not_indico");
        assertThat(scrape.isUp()).isFalse();
        assertThat(scrape.value("test_news")).isNull();
        assertThat(scrape.failures("news", "schema")).isEqualTo(1);
        assertThat(metrics.status().databaseDetail())
                .isEqualTo("this database is not Indico's: looked for the tables public.alembic_version,"
                        + " categories.categories, events.events and did not find public.alembic_version");
        database().dsl().execute("ALTER TABLE public.away RENAME TO alembic_version");
        clock.advance(Duration.ofSeconds(30));
        Exposition later = scrape(metrics);
        assertThat(later.isUp()).isTrue();
        assertThat(later.value("test_news")).isZero();
    }
}
