package io.getindico.metrics.collectors;

import static org.assertj.core.api.Assertions.assertThat;

import io.getindico.metrics.testing.GoldenCase;
import io.getindico.metrics.testing.GoldenData;
import io.getindico.metrics.testing.IndicoDatabase;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.postgresql.ds.PGSimpleDataSource;

/** A role, a database and a server have settings of their own, and none of them changes a value. */
class SessionSettingsTest {
    private static final GoldenData DATA =
            GoldenData.of(GoldenData.releases().get(GoldenData.releases().size() - 1));

    private static final List<String> SETTINGS = List.of(
            // How values are read and written.
            "timezone = 'Pacific/Kiritimati'",
            "datestyle = 'ISO, DMY'",
            "intervalstyle = 'sql_standard'",
            "bytea_output = 'escape'",
            "extra_float_digits = -15",
            "standard_conforming_strings = off",
            "array_nulls = off",
            "quote_all_identifiers = on",
            "transform_null_equals = on",
            // What is seen.
            "search_path = public, pg_catalog",
            "row_security = on",
            "default_transaction_isolation = 'read uncommitted'",
            "default_transaction_deferrable = on",
            "session_replication_role = 'replica'",
            // How it is found.
            "constraint_exclusion = on",
            "enable_partition_pruning = off",
            "enable_seqscan = off",
            "enable_indexscan = off",
            "enable_indexonlyscan = off",
            "enable_hashagg = off",
            "enable_hashjoin = off",
            "enable_mergejoin = off",
            "enable_sort = off",
            "enable_material = off",
            "join_collapse_limit = 1",
            "work_mem = '64kB'",
            "max_parallel_workers_per_gather = 4",
            "jit = on",
            "jit_above_cost = 0",
            // The tablespaces of new objects.
            "default_tablespace = 'pg_default'",
            "temp_tablespaces = 'pg_default'");

    @Tag("slow")
    @Test
    void noneChangesAValue() {
        try (IndicoDatabase database = IndicoDatabase.create(DATA.release())) {
            DATA.loadInto(database);
            for (GoldenCase golden : DATA.cases()) {
                Gauges gauges = Gauges.read(
                        new OddSessions(database),
                        golden.now(),
                        settings -> settings.zone(golden.zone())
                                .setting(
                                        "active_users",
                                        "age",
                                        golden.activeUserAge().toSeconds() + "s"));
                assertThat(gauges.failures()).isEmpty();
                assertThat(gauges.values()).isEqualTo(golden.values());
            }
        }
    }

    private static final class OddSessions extends PGSimpleDataSource {
        private static final long serialVersionUID = 1L;

        OddSessions(IndicoDatabase database) {
            setUrl(database.jdbcUrl());
            setUser(database.server().user());
            setPassword(database.server().password());
        }

        @Override
        public Connection getConnection() throws SQLException {
            Connection connection = super.getConnection();
            try (Statement statement = connection.createStatement()) {
                for (String setting : SETTINGS) {
                    statement.execute("SET " + setting);
                }
            }
            return connection;
        }
    }
}
