package io.getindico.metrics.testing.soak;

import static io.getindico.metrics.jooq.indico.tables.News.NEWS;
import static io.getindico.metrics.jooq.users.tables.Users.USERS;

import io.getindico.metrics.api.RefreshClass;
import io.getindico.metrics.api.engine.IndicoMetrics;
import io.getindico.metrics.jooq.IndicoRelease;
import io.getindico.metrics.testing.IndicoDatabase;
import io.getindico.metrics.testing.RestartableServer;
import io.getindico.metrics.testing.engine.Await;
import io.getindico.metrics.testing.engine.CountingDataSource;
import io.getindico.metrics.testing.engine.Login;
import io.getindico.metrics.testing.engine.ManualClock;
import io.getindico.metrics.testing.engine.Network;
import io.getindico.metrics.testing.engine.Sessions;
import io.getindico.metrics.testing.engine.TestCollector;
import java.io.IOException;
import java.net.URI;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import org.postgresql.ds.PGSimpleDataSource;

/**
 * A server, the network to it, a login and an engine, all of which a test can make fail, and the true state of each. The
 * number of news is never the same twice, so that a value shows when it was read.
 */
final class Stage implements AutoCloseable {
    /** The collectors that read the number of news. */
    static final List<String> READERS = List.of("heavy", "live", "standard", "early", "hanging");

    /** The only fault after which values may take longer than a TTL to return. */
    static final String REFUSED = "refused";

    static final Duration LIVE_TTL = Duration.ofSeconds(55);
    static final Duration STANDARD_TTL = Duration.ofSeconds(285);
    private static final Duration HEAVY_TTL = Duration.ofMinutes(30);
    /** Longer than a busy machine needs for the very first query. */
    static final Duration BUDGET = Duration.ofSeconds(4);

    private static final int LOGIN_SECONDS = 2;

    final ManualClock clock = new ManualClock();
    final History<Integer> news = new History<>(0, clock.epochSeconds());
    final History<Boolean> reachable = new History<>(true, clock.epochSeconds());
    final History<Boolean> granted = new History<>(true, clock.epochSeconds());
    final IndicoMetrics metrics;
    final CountingDataSource dataSource;

    private final RestartableServer server = new RestartableServer();
    private final IndicoDatabase database = IndicoDatabase.create(server.server(), IndicoRelease.newest());
    private final Login login;
    private final Network network;
    private final Sessions sessions;
    private boolean isServerUp = true;
    private boolean isWayOpen = true;
    private boolean isLoginWelcome = true;
    private volatile boolean hangs;
    private @Nullable Connection lock;

    final List<Fault> faults = List.of(
            Fault.of("server", "killed", () -> down(server::kill), this::up),
            Fault.of("server", "stopped", () -> down(server::stop), this::up),
            Fault.of("network", "cut", () -> setWay(false, Network::cut), () -> setWay(true, Network::mend)),
            Fault.of("network", "stalled", () -> setWay(false, Network::stall), () -> setWay(true, Network::goOn)),
            Fault.ofAMoment("network", "reset", () -> setWay(true, Network::reset)),
            Fault.ofAMoment("sessions", "ended", this::endSessions),
            Fault.ofAMoment("table", "rewritten", () -> sql("VACUUM FULL indico.news")),
            Fault.ofSql("table", "locked", this::lock, this::unlock),
            Fault.ofSql("right", "revoked", () -> grant(false), () -> grant(true)),
            Fault.ofSql(
                    "login", REFUSED, () -> setRole(false, "PASSWORD 'x'"), () -> setRole(true, "PASSWORD 'right'")),
            Fault.ofSql(
                    "login",
                    "without a place",
                    () -> setRole(false, "CONNECTION LIMIT 0"),
                    () -> setRole(true, "CONNECTION LIMIT -1")),
            Fault.of("collector", "hanging", () -> hangs = true, () -> hangs = false),
            Fault.ofAMoment("clock", "stepped", () -> pass(Duration.ofHours(5))));

    Stage() {
        database.prepare();
        login = new Login(database);
        sessions = new Sessions(database.server(), database.name());
        URI address = URI.create(database.jdbcUrl().substring("jdbc:".length()));
        network = new Network(address.getHost(), address.getPort());
        dataSource = new CountingDataSource(login.through(throughNetwork()));
        metrics = IndicoMetrics.builder(dataSource)
                .collectors(
                        reader("live").in(RefreshClass.LIVE),
                        reader("standard"),
                        reader("heavy").in(RefreshClass.HEAVY),
                        // It runs before the hanging one, which then holds a lock.
                        reader("early"),
                        reader("hanging").beforeSending(context -> {
                            while (hangs) {
                                LockSupport.parkNanos(1_000_000);
                            }
                        }),
                        TestCollector.count("users", USERS))
                .allCollectorMetrics(true)
                .clock(clock)
                .databaseShare(1)
                .ttl(RefreshClass.LIVE, LIVE_TTL)
                .ttl(RefreshClass.STANDARD, STANDARD_TTL)
                .ttl(RefreshClass.HEAVY, HEAVY_TTL)
                .queryBudget(RefreshClass.LIVE, BUDGET)
                .queryBudget(RefreshClass.STANDARD, BUDGET)
                .queryBudget(RefreshClass.HEAVY, BUDGET)
                .lockTimeout(Duration.ofMillis(200))
                .build();
    }

    private static TestCollector reader(String name) {
        return TestCollector.count(name, NEWS);
    }

    private DataSource throughNetwork() {
        PGSimpleDataSource way = new PGSimpleDataSource();
        way.setServerNames(new String[] {"127.0.0.1"});
        way.setPortNumbers(new int[] {network.port()});
        way.setDatabaseName(database.name());
        way.setLoginTimeout(LOGIN_SECONDS);
        way.setConnectTimeout(LOGIN_SECONDS);
        // The driver's thread for a login runs until its socket ends.
        way.setSocketTimeout(LOGIN_SECONDS);
        return way;
    }

    /** Advances the simulated clock, but not during a login, which takes seconds of real time and must not seem longer. */
    void pass(Duration time) {
        Await.until("no login is under way", () -> dataSource.connecting() == 0);
        clock.advance(time);
    }

    boolean isServerUp() {
        return isServerUp;
    }

    boolean isLocked() {
        return lock != null;
    }

    Sessions sessions() {
        return sessions;
    }

    int temporaryTables() {
        return database.dsl()
                .fetchCount(org.jooq.impl.DSL.table("pg_class"), org.jooq.impl.DSL.condition("relpersistence = 't'"));
    }

    /** Replaces all news in one transaction, so that no reader ever sees none. */
    void changeNews(int number) {
        database.dsl().transaction(transaction -> {
            transaction.dsl().execute(number % 2 == 0 ? "TRUNCATE indico.news" : "DELETE FROM indico.news");
            transaction
                    .dsl()
                    .execute(
                            "INSERT INTO indico.news (created_dt, title, content) SELECT now(), 'News', ''"
                                    + " FROM generate_series(1, ?)",
                            number);
        });
        news.set(number, clock.epochSeconds());
    }

    private void down(Fault.Action end) throws Exception {
        end.run();
        isServerUp = false;
        noteReachability();
    }

    private void up() throws IOException {
        server.start();
        isServerUp = true;
        noteReachability();
    }

    private void setWay(boolean isOpen, Consumer<Network> how) {
        how.accept(network);
        isWayOpen = isOpen;
        noteReachability();
    }

    private void setRole(boolean isWelcome, String attribute) {
        login.sql("ALTER ROLE %s " + attribute);
        isLoginWelcome = isWelcome;
        noteReachability();
    }

    private void endSessions() {
        sql("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'indico-metrics'");
    }

    private void noteReachability() {
        boolean is = isServerUp && isWayOpen && isLoginWelcome;
        if (is != reachable.now()) {
            reachable.set(is, clock.epochSeconds());
        }
    }

    private void grant(boolean is) {
        login.sql((is ? "GRANT SELECT ON indico.news TO" : "REVOKE SELECT ON indico.news FROM") + " %s");
        granted.set(is, clock.epochSeconds());
    }

    private void lock() throws SQLException {
        Connection connection = database.dataSource().getConnection();
        connection.setAutoCommit(false);
        connection.createStatement().execute("LOCK TABLE indico.news IN ACCESS EXCLUSIVE MODE");
        lock = connection;
    }

    private void unlock() throws SQLException {
        Connection held = lock;
        if (held != null) {
            held.close();
            lock = null;
        }
    }

    private void sql(String statement) {
        database.dsl().execute(statement);
    }

    @Override
    public void close() {
        metrics.close();
        network.close();
        server.close();
    }
}
