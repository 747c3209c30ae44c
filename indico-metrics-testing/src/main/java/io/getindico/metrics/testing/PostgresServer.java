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
 * A PostgreSQL server for tests and demonstrations, which needs no preparation: one named by
 * {@code INDICO_METRICS_TEST_JDBC_URL} (environment variable or system property), else one in a container, else the
 * binaries that come as a dependency, else the system's.
 *
 * <p>A server started here asks for a password, listens on the loopback interface only, and ends with the JVM.
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
     * The server that everything in this JVM shares; it starts with the first call and ends with the JVM.
     *
     * @return always the same one, not to be closed
     * @throws IllegalStateException where none can be had; the message names all that was tried
     */
    public static synchronized PostgresServer shared() {
        PostgresServer existing = shared;
        if (existing == null) {
            existing = new PostgresServer(ServerSources.all().start());
            Runtime.getRuntime().addShutdownHook(new Thread(existing::close, "indico-metrics-postgres-close"));
            shared = existing;
        }
        return existing;
    }

    /**
     * Starts a server of one's own; one named by the environment is left alone.
     *
     * @return a new one, to be closed
     * @throws IllegalStateException where none can be had; the message names all that was tried
     */
    public static PostgresServer start() {
        return new PostgresServer(ServerSources.own().start());
    }

    /**
     * The address of a database.
     *
     * @param database the database's name
     * @return a JDBC URL; credentials are in it only where the environment named the server so
     */
    public String jdbcUrl(String database) {
        return server.jdbcUrl(database);
    }

    /**
     * The login, a superuser on a server started here.
     *
     * @return its name
     */
    public String user() {
        return server.user();
    }

    /**
     * The login's password.
     *
     * @return empty where the environment named a server that asks for none
     */
    public String password() {
        return server.password();
    }

    /**
     * Where the server comes from.
     *
     * @return words for people, such as {@code embedded PostgreSQL 16.15 as this user}
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

    /** Creates a database with the release's tables; copying one that has them takes a tenth of the time. */
    String createDatabase(IndicoRelease release) {
        String template = templates.computeIfAbsent(release, this::createTemplate);
        return createDatabase("", "TEMPLATE " + template);
    }

    /** A prepared database that all tests of the JVM share, only to read it; not to be closed. */
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

    /** The names of the databases that were created and not dropped, those left out that stay until the end. */
    Set<String> openDatabases() {
        Set<String> open = new TreeSet<>(databases);
        open.removeAll(templates.values());
        prepared.values().forEach(database -> open.remove(database.name()));
        return open;
    }

    /** Stops the server, if it was started here, and takes all databases along that were created on it. */
    @Override
    public void close() {
        if (!server.isThrownAway()) {
            databases.forEach(this::dropDatabase);
        }
        server.close();
    }
}
