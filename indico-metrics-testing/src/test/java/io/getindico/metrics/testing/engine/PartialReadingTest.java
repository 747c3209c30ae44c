package io.getindico.metrics.testing.engine;

import static io.getindico.metrics.jooq.indico.tables.News.NEWS;
import static io.getindico.metrics.jooq.users.tables.Users.USERS;
import static org.assertj.core.api.Assertions.assertThat;

import io.getindico.metrics.api.engine.CollectorStatus;
import io.getindico.metrics.api.engine.IndicoMetrics;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** PostgreSQL can show a login a part of a table without an error. A value of a part is a false number. */
class PartialReadingTest extends EngineTest {
    private final AtomicReference<String> beforeReading = new AtomicReference<>("SELECT 1");
    private final TestCollector news = TestCollector.count("news", NEWS)
            .beforeSending(context -> database().dsl().execute(beforeReading.getAndSet("SELECT 1")));
    private final TestCollector users = TestCollector.count("users", USERS);

    private Login login;
    private IndicoMetrics metrics;

    @BeforeEach
    void threeNews() {
        ownDatabase();
        sql("INSERT INTO indico.news (created_dt, title, content)"
                + " SELECT now(), 'News', '' FROM generate_series(1, 3)");
        login = closing(new Login(database()));
        metrics = open(engine(login.dataSource(), news, users));
    }

    private void sql(String statements) {
        database().dsl().execute(statements);
    }

    private Exposition next() {
        clock.advance(FaultTest.TTL);
        return scrape(metrics);
    }

    private void assertReadInWhole() {
        Exposition scrape = next();
        assertThat(scrape.value("test_news")).isEqualTo(3);
        assertThat(scrape.success("news")).isEqualTo(1);
    }

    private void assertNotReadFor(String reason) {
        Exposition scrape = next();
        assertThat(scrape.value("test_news")).isNull();
        assertThat(scrape.success("news")).isZero();
        assertThat(scrape.failures("news", reason)).isEqualTo(1);
        assertThat(scrape.isUp()).isTrue();
        assertThat(scrape.databaseErrors()).isEmpty();
    }

    private String detail() {
        return metrics.status().collectors().stream()
                .filter(collector -> collector.name().equals("news"))
                .map(CollectorStatus::detail)
                .findFirst()
                .orElseThrow();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "USING (false)", "USING (id < 2)", "USING (true)"})
    void rowSecurityThatAppliesToTheLoginIsNotReadThrough(String policy) {
        sql("ALTER TABLE indico.news ENABLE ROW LEVEL SECURITY");
        if (!policy.isEmpty()) {
            sql("CREATE POLICY part ON indico.news " + policy);
        }
        assertNotReadFor("privilege");
        assertThat(news.runs()).as("no query is sent").isZero();
        assertThat(detail())
                .isEqualTo("row-level security applies to the login on indico.news, so it may see only some of"
                        + " the rows; a superuser can exempt the login: ALTER ROLE ... BYPASSRLS");
        assertThat(scrape(metrics).value("test_users"))
                .as("reads another table")
                .isEqualTo(1);
        sql("ALTER TABLE indico.news DISABLE ROW LEVEL SECURITY");
        assertReadInWhole();
    }

    @Test
    void rightsOnColumnsAloneMakeNoDifference() {
        login.sql("REVOKE SELECT ON indico.news FROM %s");
        login.sql("GRANT SELECT (id) ON indico.news TO %s");
        sql("ALTER TABLE indico.news ENABLE ROW LEVEL SECURITY");
        assertNotReadFor("privilege");
        login.sql("ALTER ROLE %s BYPASSRLS");
        assertReadInWhole();
    }

    @Test
    void anOwnerIsExemptUnlessRowSecurityIsForced() {
        login.sql("ALTER TABLE indico.news OWNER TO %s");
        sql("ALTER TABLE indico.news ENABLE ROW LEVEL SECURITY");
        assertReadInWhole();
        sql("ALTER TABLE indico.news FORCE ROW LEVEL SECURITY");
        Exposition scrape = next();
        assertThat(scrape.success("news")).isZero();
        assertThat(scrape.value("test_news")).as("the last one, of the whole").isEqualTo(3);
        sql("ALTER TABLE indico.news OWNER TO postgres");
    }

    @Test
    void rowSecurityThatIsEnabledBetweenTheCheckAndTheQuery() {
        beforeReading.set("ALTER TABLE indico.news ENABLE ROW LEVEL SECURITY");
        assertNotReadFor("privilege");
        assertThat(news.runs()).isEqualTo(1);
    }

    @Test
    void settingsOfTheRoleDoNotChangeTheResult() {
        login.sql("ALTER ROLE %s SET row_security = on");
        beforeReading.set("ALTER TABLE indico.news ENABLE ROW LEVEL SECURITY");
        assertNotReadFor("privilege");
    }

    @Test
    void rowSecurityOfAPartitionedTableCountsAndThatOfItsPartitionsDoesNot() {
        sql("ALTER TABLE indico.news RENAME TO part");
        sql("CREATE TABLE indico.news (LIKE indico.part INCLUDING ALL) PARTITION BY RANGE (id)");
        sql("ALTER TABLE indico.news ATTACH PARTITION indico.part DEFAULT");
        login.sql("GRANT SELECT ON indico.news TO %s");
        sql("ALTER TABLE indico.news ENABLE ROW LEVEL SECURITY");
        assertNotReadFor("privilege");
        sql("ALTER TABLE indico.news DISABLE ROW LEVEL SECURITY");
        sql("ALTER TABLE indico.part ENABLE ROW LEVEL SECURITY");
        assertReadInWhole();
    }

    @Test
    void rowSecurityBelowAViewCountsIfItAppliesToTheViewsOwner() {
        sql("ALTER TABLE indico.news RENAME TO hidden");
        sql("ALTER TABLE indico.hidden ENABLE ROW LEVEL SECURITY");
        sql("CREATE VIEW indico.news AS TABLE indico.hidden");
        login.sql("ALTER VIEW indico.news OWNER TO %s");
        assertNotReadFor("privilege");
        sql("ALTER VIEW indico.news OWNER TO postgres");
        login.sql("GRANT SELECT ON indico.news TO %s");
        assertReadInWhole();
    }

    /** The author of the view decides what it leaves out, and the engine cannot see that. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "VIEW indico.news AS TABLE indico.hidden"
                        + " | is a view, not a table: rows that it leaves out are not counted",
                "MATERIALIZED VIEW indico.news AS TABLE indico.hidden"
                        + " | is a materialized view, not a table: it is as old as its last refresh",
                "FOREIGN TABLE indico.news (id integer) SERVER nowhere"
                        + " | is a foreign table: rows that the other server hides are not counted",
            })
    void warnsOfAViewOrForeignTableInPlaceOfATable(String create, String warning) {
        next();
        assertThat(metrics.status().tableWarnings()).isEmpty();
        sql("CREATE FOREIGN DATA WRAPPER nothing; CREATE SERVER nowhere FOREIGN DATA WRAPPER nothing");
        sql("ALTER TABLE indico.news RENAME TO hidden");
        sql("CREATE " + create);
        next();
        assertThat(metrics.status().tableWarnings()).containsExactly("indico.news " + warning);
        sql("DROP " + create.replaceAll("indico.news.*", "indico.news"));
        sql("ALTER TABLE indico.hidden RENAME TO news");
        assertReadInWhole();
        assertThat(metrics.status().tableWarnings()).isEmpty();
    }

    /** Otherwise the engine could report nothing about the database. */
    @Test
    void rowSecurityOnTheRevisionsLeavesThemUnknown() {
        sql("ALTER TABLE public.alembic_version ENABLE ROW LEVEL SECURITY");
        assertReadInWhole();
        assertThat(metrics.status().revisions()).doesNotContainKey("alembic_version");
        assertThat(metrics.status().up()).isTrue();
    }

    @ParameterizedTest
    @ValueSource(strings = {"zero_damaged_pages", "ignore_checksum_failure"})
    void aServerThatSkipsDamagedPagesIsNotRead(String setting) {
        login.sql("ALTER ROLE %s SET " + setting + " = on");
        assertNotReadFor("query");
        assertThat(news.runs()).as("no query is sent").isZero();
        assertThat(detail())
                .isEqualTo("zero_damaged_pages or ignore_checksum_failure is on for this session, so PostgreSQL"
                        + " leaves out rows on damaged pages; turn both off");
        login.sql("ALTER ROLE %s RESET ALL");
        assertReadInWhole();
    }

    /** If the engine called such a function, none of our settings would be in force. */
    @Test
    void functionsOfTheSameNamesInAnotherSchemaAreNotCalled() {
        sql("CREATE FUNCTION public.set_config(text, text, boolean) RETURNS text LANGUAGE sql AS 'SELECT $2'");
        login.sql("ALTER ROLE %s SET search_path = public, pg_catalog");
        beforeReading.set("ALTER TABLE indico.news ENABLE ROW LEVEL SECURITY");
        assertNotReadFor("privilege");
    }
}
