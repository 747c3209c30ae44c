package io.getindico.metrics.exporter;

import static org.assertj.core.api.Assertions.assertThat;

import io.getindico.metrics.testing.SyntheticIndico;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.Statement;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A backfill that gets a signal, or no room on the disk. */
final class BackfillIT {
    @TempDir
    Path folder;

    @Test
    void anInterruptedBackfillLeavesNoFile() throws Exception {
        try (TestDatabase database = new TestDatabase();
                Connection locker = database.indico().dataSource().getConnection();
                Statement statement = locker.createStatement()) {
            locker.setAutoCommit(false);
            statement.execute("LOCK TABLE users.users IN ACCESS EXCLUSIVE MODE");
            try (Program backfill = Program.start(
                    Program.jar(),
                    database.environment("lock-timeout", "40s"),
                    "backfill",
                    "--families=indico_num_users",
                    "--out=" + folder.resolve("history.om"))) {
                Waiting.until("it waits for the users", () -> backfill.err().contains("indico_num_users"));
                assertThat(folder).isNotEmptyDirectory();

                backfill.signal("INT");

                assertThat(backfill.exitCode(20)).as(backfill.err()).isEqualTo(1);
                assertThat(backfill.err().lines().reduce((a, b) -> b).orElse(""))
                        .isEqualTo("indico-metrics-exporter: interrupted; nothing was written");
                assertThat(folder).isEmptyDirectory();
            }
        }
    }

    /** The first limit of KiB is too small for what is read, the second one only for the complete file. */
    @ParameterizedTest
    @ValueSource(ints = {64, 4096})
    void aFileWithoutRoomIsNamed(int limit) throws Exception {
        Path file = folder.resolve("history.om");
        List<String> limited = new ArrayList<>(List.of("bash", "-c", "ulimit -f " + limit + " && exec \"$@\"", "bash"));
        limited.addAll(Program.jar());
        try (TestDatabase database = new TestDatabase()) {
            SyntheticIndico.of(0.001).now(Instant.now()).fill(database.indico().dataSource());
            try (Program backfill = Program.start(
                    limited,
                    database.environment(),
                    "backfill",
                    "--families=indico_num_active_events",
                    "--out=" + file)) {
                assertThat(backfill.exitCode(60)).as(backfill.err()).isEqualTo(1);
                assertThat(backfill.err().lines().reduce((a, b) -> b).orElse(""))
                        .isEqualTo("indico-metrics-exporter: --out: " + file + " cannot be written: File too large;"
                                + " make room or give another name; nothing was written");
                assertThat(folder).isEmptyDirectory();
            }
        }
    }
}
