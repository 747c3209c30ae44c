package io.getindico.metrics.testing.engine;

import static io.getindico.metrics.api.RefreshClass.HEAVY;
import static io.getindico.metrics.api.RefreshClass.LIVE;
import static io.getindico.metrics.jooq.indico.tables.DesignerTemplates.DESIGNER_TEMPLATES;
import static io.getindico.metrics.jooq.oauth.tables.Applications.APPLICATIONS;
import static io.getindico.metrics.jooq.users.tables.Users.USERS;

import io.getindico.metrics.api.MetricFamily;
import io.getindico.metrics.api.engine.IndicoMetrics;
import io.getindico.metrics.api.engine.IndicoMetricsBuilder;
import io.getindico.metrics.testing.IndicoDatabase;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicReference;
import javax.sql.DataSource;
import org.postgresql.ds.PGSimpleDataSource;

/** A fault of the database or of the network. {@code docs/reliability.md} describes each one. */
abstract class FaultTest extends EngineTest {
    /** The library's default. */
    static final Duration WAIT_LIMIT = Duration.ofSeconds(4);

    static final Duration TTL = Duration.ofSeconds(285);
    static final Duration SECOND = Duration.ofSeconds(1);

    private static final MetricFamily NOW = MetricFamily.gauge("test_now")
            .help("A test metric.")
            .timeDependent()
            .build();

    /** A statement that takes as long as a test wishes, in the middle of the standard class. */
    final AtomicReference<String> middle = new AtomicReference<>("SELECT 7");

    private final TestCollector[] collectors = {
        TestCollector.count("users", USERS).in(LIVE),
        TestCollector.of("now", NOW, context -> List.of(TestCollector.count(NOW, USERS)))
                .in(LIVE),
        TestCollector.count("designs", DESIGNER_TEMPLATES),
        TestCollector.sql("middle", middle::get),
        TestCollector.count("rest", USERS),
        TestCollector.count("applications", APPLICATIONS).in(HEAVY)
    };

    final IndicoMetricsBuilder watched(DataSource dataSource) {
        return engine(dataSource, collectors).waitLimit(WAIT_LIMIT);
    }

    /** Opens an engine, and reads all of it. */
    final Witness witness(DataSource dataSource) {
        return witness(watched(dataSource), database());
    }

    final Witness witness(IndicoMetricsBuilder builder, IndicoDatabase database) {
        SessionWatch sessions = closing(SessionWatch.of(database));
        IndicoMetrics metrics = builder.build();
        closing(() -> {
            metrics.close();
            Await.until("no session is left", () -> sessions.now().isEmpty());
        });
        Witness witness = new Witness(metrics, clock, sessions)
                .readable("test_users", 1)
                .readable("test_now", 1)
                .readable("test_designs", 2)
                .readable("test_middle", 7)
                .readable("test_rest", 1)
                .readable("test_applications", 1);
        Await.until("all is read", () -> {
            Exposition before = witness.scrape("before");
            return Witness.isWell(before) && before.value("test_applications") != null;
        });
        return witness;
    }

    final Network network() {
        URI address = URI.create(database().jdbcUrl().substring("jdbc:".length()));
        return closing(new Network(address.getHost(), address.getPort()));
    }

    final PGSimpleDataSource through(Network network) {
        PGSimpleDataSource dataSource = new PGSimpleDataSource();
        dataSource.setServerNames(new String[] {"127.0.0.1"});
        dataSource.setPortNumbers(new int[] {network.port()});
        dataSource.setDatabaseName(database().name());
        dataSource.setUser(database().server().user());
        dataSource.setPassword(database().server().password());
        dataSource.setApplicationName(SessionWatch.named(database()).getApplicationName());
        return dataSource;
    }

    /** Scrapes on another thread, and returns as soon as the middle collector's query runs on the server. */
    final CompletableFuture<Exposition> scrapeUntilInTheMiddle(Witness witness, IndicoDatabase database) {
        middle.set("SELECT 7 FROM pg_sleep(60)");
        clock.advance(TTL);
        CompletableFuture<Exposition> scrape = CompletableFuture.supplyAsync(() -> witness.scrape("during"));
        Sessions sessions = new Sessions(database);
        Await.until("it is at work", () -> sessions.running("SELECT 7") == 1);
        middle.set("SELECT 7");
        return scrape;
    }
}
