package io.getindico.metrics.exporter;

import static org.assertj.core.api.Assertions.assertThat;

import io.getindico.metrics.testing.SyntheticIndico;
import java.io.IOException;
import java.net.URI;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Instant;
import java.util.Arrays;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The past on the page is read for visitors only, and its failures leave the present as it is. */
final class PagePastTest {
    private static final String READS =
            "SELECT seq_scan + idx_scan FROM pg_stat_user_tables WHERE relid =" + " 'attachments.files'::regclass";

    private TestDatabase database;

    @BeforeEach
    void createDatabase() {
        database = new TestDatabase();
        SyntheticIndico.of(0.0005).now(Instant.now()).fill(database.indico().dataSource());
        // Events take place yesterday, whatever the day of the week is.
        database.execute("UPDATE events.events SET start_dt = now() AT TIME ZONE 'UTC' - interval '2 days',"
                + " end_dt = now() AT TIME ZONE 'UTC' - interval '1 day'");
    }

    @AfterEach
    void dropDatabase() {
        database.close();
    }

    @Test
    void aVisitorMakesTheExporterReadThePastOnce() throws Exception {
        try (Exporter exporter = start()) {
            long before = reads();
            assertThat(Answer.get(exporter.uri()).status()).isEqualTo(200);

            assertThat(page(exporter)).contains("The past is being read");
            Waiting.until("the past is there", () -> page(exporter).contains("<svg"));

            assertThat(page(exporter))
                    .contains("<b>Events</b>", "<b>Users</b>", "<b>Stored attachments</b>", "<b>Events at once</b>")
                    .doesNotContain("The past is");
            Waiting.until("PostgreSQL has counted", () -> reads() > before);
            long first = reads();
            page(exporter);
            assertThat(reads()).isEqualTo(first);
        }
    }

    @Test
    void theSettingTurnsThePastOff() throws Exception {
        long before;
        try (Exporter exporter = start("page.history", "false")) {
            before = reads();
            for (int i = 0; i < 3; i++) {
                assertThat(page(exporter)).contains("turned off by the setting page.history");
            }
        }
        // Sessions report their reads at the latest when they end.
        assertThat(reads()).isEqualTo(before);
    }

    @Test
    void aPastThatCannotBeReadLeavesThePresent() throws Exception {
        try (Exporter exporter = start();
                Connection other = database.indico().dataSource().getConnection();
                Statement statement = other.createStatement()) {
            other.setAutoCommit(false);
            statement.execute("LOCK TABLE attachments.files");

            Waiting.until("reading has failed", () -> page(exporter).contains("could not be read completely"));

            assertThat(page(exporter))
                    .contains("<dt>Events</dt>", "<b>Events</b>")
                    .doesNotContain("<b>Stored");
        }
    }

    @Test
    void thePastWaitsForADatabaseThatIsNotThere() throws Exception {
        try (Exporter exporter = Exporter.start(TestDatabase.settingsFor("missing"))) {
            Waiting.until(
                    "every collector is tried",
                    () -> Answer.get(exporter.uri().resolve("/-/ready")).status() == 200);
            for (int i = 0; i < 3; i++) {
                assertThat(page(exporter)).contains("The past is read after the first figures.");
            }
        }
    }

    /** With a collector that does not read the files. */
    private Exporter start(String... more) throws Exception {
        String[] settings = {"collectors", "events", "lock-timeout", "200ms"};
        String[] all = Stream.of(settings, more).flatMap(Arrays::stream).toArray(String[]::new);
        Exporter exporter = Exporter.start(database.settings(all));
        Waiting.until(
                "the first snapshot is there",
                () -> Answer.get(exporter.uri().resolve("/-/ready")).status() == 200);
        return exporter;
    }

    private static String page(Exporter exporter) throws IOException {
        URI page = exporter.uri().resolve("/");
        return Answer.get(page).body();
    }

    private long reads() throws SQLException {
        try (Connection connection = database.indico().dataSource().getConnection();
                Statement statement = connection.createStatement();
                var rows = statement.executeQuery(READS)) {
            rows.next();
            return rows.getLong(1);
        }
    }
}
