package io.getindico.metrics.exporter;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.sql.Connection;
import java.sql.Statement;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A backfill that gets a signal. */
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
}
