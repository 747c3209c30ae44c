package io.getindico.metrics.testing.engine;

import static io.getindico.metrics.jooq.indico.tables.News.NEWS;
import static org.assertj.core.api.Assertions.assertThat;

import io.getindico.metrics.api.engine.IndicoMetrics;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A table that is emptied or rewritten after our snapshot was taken and before we read it: it may look empty. */
class RewriteFaultTest extends FaultTest {
    private static final String INSERT =
            "INSERT INTO indico.news (created_dt, title, content) SELECT now(), 'News', '' FROM generate_series(1, 3)";

    private final AtomicReference<String> meanwhile = new AtomicReference<>("SELECT 1");

    @BeforeEach
    void threeNews() {
        ownDatabase().dsl().execute(INSERT);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "TRUNCATE indico.news; " + INSERT,
                "VACUUM FULL indico.news",
                "CLUSTER indico.news USING pk_news",
                "ALTER TABLE indico.news ALTER id TYPE bigint",
                "ALTER TABLE indico.news SET UNLOGGED",
                "CREATE TABLE indico.fresh (LIKE indico.news INCLUDING ALL); INSERT INTO indico.fresh TABLE indico.news;"
                        + " DROP TABLE indico.news CASCADE; ALTER TABLE indico.fresh RENAME TO news",
                "CREATE TABLE indico.fresh (LIKE indico.news INCLUDING ALL); INSERT INTO indico.fresh TABLE indico.news;"
                        + " ALTER TABLE indico.news RENAME TO old; ALTER TABLE indico.fresh RENAME TO news",
                "CREATE TABLE indico.fresh (LIKE indico.news INCLUDING ALL); INSERT INTO indico.fresh TABLE indico.news;"
                        + " ALTER TABLE indico.news RENAME TO old; CREATE VIEW indico.news AS TABLE indico.fresh",
                "ALTER SCHEMA indico RENAME TO old; CREATE SCHEMA indico; CREATE TABLE indico.news (LIKE old.news"
                        + " INCLUDING ALL); INSERT INTO indico.news TABLE old.news"
            })
    void isReadAgain(String statements) {
        assertThatItIsReadAgain(statements);
    }

    /** PostgreSQL reads other tables for it, which a collector's query does not name. */
    @ParameterizedTest
    @CsvSource({
        "CREATE VIEW indico.news AS TABLE indico.hidden, hidden",
        "CREATE TABLE indico.news (LIKE indico.hidden INCLUDING ALL) PARTITION BY RANGE (id);"
                + " ALTER TABLE indico.news ATTACH PARTITION indico.hidden DEFAULT, hidden",
        "CREATE TABLE indico.news (LIKE indico.hidden INCLUDING ALL);"
                + " ALTER TABLE indico.hidden INHERIT indico.news, hidden",
    })
    void isReadAgainIfItIsBelowTheTableThatIsRead(String create, String below) {
        database().dsl().execute("ALTER TABLE indico.news RENAME TO hidden; " + create);
        assertThatItIsReadAgain("TRUNCATE indico." + below + "; " + INSERT.replace("news", below));
    }

    private void assertThatItIsReadAgain(String statements) {
        TestCollector news = TestCollector.count("news", NEWS)
                .beforeSending(context -> database().dsl().execute(meanwhile.getAndSet("SELECT 1")));
        SessionWatch sessions = closing(SessionWatch.of(database()));
        IndicoMetrics metrics = open(engine(SessionWatch.named(database()), news));
        Witness witness = new Witness(metrics, clock, sessions).readable("test_news", 3);
        assertThat(witness.scrape("before").value("test_news")).isEqualTo(3);
        meanwhile.set(statements);
        clock.advance(TTL);
        Exposition during = witness.scrape("during");
        assertThat(during.value("test_news")).isEqualTo(3);
        assertThat(during.success("news")).isEqualTo(1);
        assertThat(news.runs()).as("read again").isEqualTo(3);
        clock.advance(TTL);
        assertThat(witness.scrape("after").success("news")).isEqualTo(1);
    }
}
