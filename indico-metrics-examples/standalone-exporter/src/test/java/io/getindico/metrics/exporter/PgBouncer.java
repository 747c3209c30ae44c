package io.getindico.metrics.exporter;

import io.getindico.metrics.testing.PostgresServer;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.postgresql.ds.PGSimpleDataSource;

/** PgBouncer in front of a database. It assigns a session to each transaction. */
record PgBouncer(Program program, int port, String database) implements AutoCloseable {
    static PgBouncer start(Path folder, String database, int sessions) throws Exception {
        PostgresServer server = PostgresServer.shared();
        URI address = URI.create(server.jdbcUrl(database).substring("jdbc:".length()));
        int port = PrometheusServer.freePort();
        // It refuses to run as root, and another user must be able to read its files.
        Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwxr-xr-x"));
        Path users = Files.writeString(
                folder.resolve("users.txt"), "\"%s\" \"%s\"\n".formatted(server.user(), server.password()));
        Path settings = Files.writeString(folder.resolve("pgbouncer.ini"), """
                [databases]
                %s = host=%s port=%d
                [pgbouncer]
                listen_addr = 127.0.0.1
                listen_port = %d
                unix_socket_dir =
                auth_file = %s
                pool_mode = transaction
                default_pool_size = %d
                """.formatted(
                        database, address.getHost(), address.getPort(), port, users, sessions));
        List<String> command =
                new ArrayList<>(List.of(Tools.require("pgbouncer").toString()));
        if (System.getProperty("user.name").equals("root")) {
            command.addAll(List.of("-u", "nobody"));
        }
        Program program = Program.start(command, Map.of(), settings.toString());
        PgBouncer pooler = new PgBouncer(program, port, database);
        Waiting.until("it listens: " + program.err(), () -> program.err().contains("process up"));
        return pooler;
    }

    String jdbcUrl() {
        return "jdbc:postgresql://127.0.0.1:" + port + "/" + database;
    }

    PGSimpleDataSource dataSource() {
        PGSimpleDataSource dataSource = new PGSimpleDataSource();
        dataSource.setUrl(jdbcUrl());
        dataSource.setUser(PostgresServer.shared().user());
        dataSource.setPassword(PostgresServer.shared().password());
        return dataSource;
    }

    @Override
    public void close() throws IOException {
        program.close();
    }
}
