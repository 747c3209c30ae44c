package io.getindico.metrics.testing;

import io.getindico.metrics.jooq.IndicoRelease;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import javax.sql.DataSource;
import org.jooq.DSLContext;
import org.jooq.SQLDialect;
import org.jooq.impl.DSL;
import org.jspecify.annotations.Nullable;
import org.postgresql.ds.PGSimpleDataSource;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A PostgreSQL server for tests and demonstrations that needs no preparation. It is the server that {@code
 * INDICO_METRICS_TEST_JDBC_URL} (environment variable or system property) names, or else one in a container, or else
 * one from the binaries that come as a dependency, or else one from the system's binaries.
 *
 * <p>A server started here requires a password, listens on loopback only, and ends with the JVM. A server from binaries
 * keeps its data in {@code /dev/shm} if 4 GB are free there, and otherwise in the folder for temporary files. To choose
 * the folder, set {@code java.io.tmpdir}.
 *
 * @since 0.1.0
 */
public final class PostgresServer implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(PostgresServer.class);
    private static final String MAINTENANCE_DATABASE = "postgres";
    private static final String PREFIX = "indico_metrics_";

    private static @Nullable PostgresServer shared;

    private final RunningServer server;
    private final Map<IndicoRelease, String> templates = new ConcurrentHashMap<>();
    private final Map<IndicoRelease, IndicoDatabase> prepared = new ConcurrentHashMap<>();
    private final Set<String> databases = ConcurrentHashMap.newKeySet();

    PostgresServer(RunningServer server) {
        this.server = server;
        LOG.info("tests run on {}", server.origin());
    }

    /**
     * The server that is shared within this JVM. It starts with the first call and ends with the JVM.
     *
     * @return always the same server; do not close it
     * @throws IllegalStateException if no server can be started; the message names everything that was tried
     */
    public static synchronized PostgresServer shared() {
        PostgresServer existing = shared;
        if (existing == null) {
            existing = new PostgresServer(ServerSource.startFirst(ServerSource.all()));
            Runtime.getRuntime().addShutdownHook(new Thread(existing::close, "indico-metrics-postgres-close"));
            shared = existing;
        }
        return existing;
    }

    /**
     * Starts a separate server, and ignores a server named by the environment.
     *
     * @return a new server, which the caller closes
     * @throws IllegalStateException if no server can be started; the message names everything that was tried
     */
    public static PostgresServer start() {
        return new PostgresServer(ServerSource.startFirst(ServerSource.own()));
    }

    /**
     * The address of a database.
     *
     * @param database the database's name
     * @return a JDBC URL; it contains credentials only if the environment's URL does
     */
    public String jdbcUrl(String database) {
        return server.jdbcUrl(database);
    }

    /**
     * The login; a superuser on a server started here.
     *
     * @return its name
     */
    public String user() {
        return server.user();
    }

    /**
     * The login's password.
     *
     * @return the password; empty if the environment's URL has none
     */
    public String password() {
        return server.password();
    }

    /**
     * The origin of the server.
     *
     * @return a description for people, such as {@code embedded PostgreSQL 16.15 as this user}
     */
    public String origin() {
        return server.origin();
    }

    DataSource dataSource(String database) {
        PGSimpleDataSource dataSource = new PGSimpleDataSource();
        dataSource.setURL(jdbcUrl(database));
        dataSource.setUser(user());
        dataSource.setPassword(password());
        return dataSource;
    }

    DSLContext dsl(String database) {
        return DSL.using(dataSource(database), SQLDialect.POSTGRES);
    }

    /** Creates a database with the release's tables. Copying a template takes a tenth of the time of the script. */
    String createDatabase(IndicoRelease release) {
        String template = templates.computeIfAbsent(release, this::createTemplate);
        return createDatabase("", "TEMPLATE " + template);
    }

    /** Returns a prepared database that all tests of the JVM share. Only read it, and do not close it. */
    IndicoDatabase prepared(IndicoRelease release) {
        return prepared.computeIfAbsent(release, key -> {
            IndicoDatabase database = IndicoDatabase.create(this, key);
            database.prepare();
            return database;
        });
    }

    private String createTemplate(IndicoRelease release) {
        String template = createDatabase("template_" + release.version().replace('.', '_') + "_", "");
        dsl(template).execute(release.ddl());
        return template;
    }

    private String createDatabase(String kind, String clause) {
        String name =
                PREFIX + kind + UUID.randomUUID().toString().replace("-", "").substring(0, 12);
        dsl(MAINTENANCE_DATABASE).execute("CREATE DATABASE " + name + " " + clause);
        databases.add(name);
        return name;
    }

    void dropDatabase(String name) {
        dsl(MAINTENANCE_DATABASE).execute("DROP DATABASE IF EXISTS " + name + " WITH (FORCE)");
        databases.remove(name);
    }

    /**
     * Returns the names of the created databases that should have been dropped; templates and shared databases stay.
     */
    Set<String> openDatabases() {
        Set<String> open = new TreeSet<>(databases);
        open.removeAll(templates.values());
        prepared.values().forEach(database -> open.remove(database.name()));
        return open;
    }

    /** Stops the server if it was started here, and drops all databases that were created on it. */
    @Override
    public void close() {
        if (!server.isThrownAway()) {
            databases.forEach(this::dropDatabase);
        }
        server.close();
    }
}
