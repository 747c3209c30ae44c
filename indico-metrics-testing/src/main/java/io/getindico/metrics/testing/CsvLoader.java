package io.getindico.metrics.testing;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.postgresql.PGConnection;
import org.postgresql.copy.CopyManager;

/** Copies CSV files into the tables that they are named after. */
final class CsvLoader {
    private CsvLoader() {}

    /**
     * Loads all or nothing.
     *
     * @param csv returns the file of a table, by its qualified name; null if there is none
     */
    static void load(IndicoDatabase database, Function<String, @Nullable InputStream> csv) {
        try (Connection connection = database.dataSource().getConnection();
                Statement statement = connection.createStatement()) {
            connection.setAutoCommit(false);
            statement.execute("SET session_replication_role = replica");
            CopyManager copier = connection.unwrap(PGConnection.class).getCopyAPI();
            for (String table : Tables.names(database.dsl())) {
                copy(copier, table, csv.apply(table));
            }
            connection.commit();
        } catch (SQLException e) {
            throw new IllegalStateException("could not load rows: " + e.getMessage(), e);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        Sequences.advance(database.dsl());
    }

    private static void copy(CopyManager copier, String table, @Nullable InputStream csv)
            throws SQLException, IOException {
        if (csv == null) {
            return;
        }
        try (BufferedReader reader = new BufferedReader(new InputStreamReader(csv, StandardCharsets.UTF_8))) {
            String columns = reader.readLine();
            copier.copyIn("COPY %s (%s) FROM STDIN WITH (FORMAT csv, NULL '\\N')".formatted(table, columns), reader);
        }
    }
}
