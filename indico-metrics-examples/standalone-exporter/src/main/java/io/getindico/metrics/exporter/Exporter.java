package io.getindico.metrics.exporter;

import io.getindico.metrics.exporter.http.BearerToken;
import io.getindico.metrics.exporter.http.ConnectionWatch;
import io.getindico.metrics.exporter.http.Guard;
import io.getindico.metrics.exporter.http.HttpEndpoint;
import io.getindico.metrics.exporter.http.ListenException;
import io.getindico.metrics.exporter.http.MetricsPage;
import io.getindico.metrics.exporter.http.Readiness;
import io.getindico.metrics.exporter.http.RejectedRequests;
import io.getindico.metrics.exporter.http.Router;
import io.getindico.metrics.exporter.page.ExporterPage;
import io.getindico.metrics.exporter.settings.ListenAddress;
import io.getindico.metrics.exporter.settings.Options;
import io.getindico.metrics.exporter.settings.SecretFile;
import io.getindico.metrics.exporter.settings.SettingException;
import io.getindico.metrics.exporter.settings.Settings;
import io.getindico.metrics.exporter.web.LiveWebConfig;
import io.prometheus.metrics.instrumentation.jvm.JvmMetrics;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.io.IOException;
import java.net.URI;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A running exporter. It also starts while the database is down, and retries until it has read a first snapshot. After
 * that, it reads when it is scraped.
 *
 * @since 0.1.0
 */
public final class Exporter implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Exporter.class);

    /** How often to ask for an attempt. The engine decides whether to make one, and its pauses grow. */
    private static final long WARM_UP_SECONDS = 1;

    /**
     * A stop may take ten seconds. After {@code PATIENCE}, running scrapes get no new values; after {@code GRACE}, HTTP
     * closes.
     */
    private static final Duration PATIENCE = Duration.ofSeconds(3);

    private static final Duration GRACE = Duration.ofSeconds(6);

    /** One reads the present, and one the past. */
    private static final int VISIT_THREADS = 2;

    private final MetricsAssembly assembly;
    private final Readiness readiness;
    private final HttpEndpoint http;
    private final ScheduledExecutorService background;
    private final ExporterPage page;
    private final ExecutorService visits;
    private final AtomicBoolean closed = new AtomicBoolean();

    private Exporter(
            MetricsAssembly assembly,
            Readiness readiness,
            HttpEndpoint http,
            ExporterPage page,
            ExecutorService visits) {
        this.assembly = assembly;
        this.readiness = readiness;
        this.http = http;
        this.page = page;
        this.visits = visits;
        this.background = Executors.newSingleThreadScheduledExecutor(task -> {
            Thread thread = new Thread(task, "exporter-background");
            thread.setDaemon(true);
            return thread;
        });
    }

    /**
     * Starts an exporter. Returns as soon as it serves HTTP.
     *
     * @param settings values by name, such as {@code database.url}, spelled as in the YAML file; all others have their
     *     defaults
     * @return a running exporter, which the caller must close
     * @throws SettingException if a setting is wrong
     * @throws ListenException if the address is not available now, such as a port that is in use
     */
    public static Exporter start(Map<String, String> settings) {
        return start(Settings.of(settings));
    }

    /** Starts an exporter for the command {@code serve}. */
    public static Exporter start(Settings settings) {
        return start(settings, ConnectionWatch.Limits.DEFAULT);
    }

    static Exporter start(Settings settings, ConnectionWatch.Limits limits) {
        warn(settings);
        Guard guard = new Guard(BearerToken.of(settings), LiveWebConfig.of(settings));
        guard.web().warn();
        MetricsAssembly assembly = MetricsAssembly.of(settings);
        try {
            Exporter exporter = start(settings, guard, assembly, limits);
            exporter.warmUp();
            return exporter;
        } catch (RuntimeException e) {
            assembly.close();
            throw e;
        }
    }

    private static Exporter start(
            Settings settings, Guard guard, MetricsAssembly assembly, ConnectionWatch.Limits limits) {
        ListenAddress address = settings.options().listen;
        PrometheusRegistry ownMetrics = new PrometheusRegistry();
        RejectedRequests rejected = new RejectedRequests(ownMetrics);
        guard.web().register(ownMetrics);
        if (settings.options().processMetrics) {
            JvmMetrics.builder().register(ownMetrics);
        }
        ConnectionWatch connections = new ConnectionWatch(rejected, limits);
        Readiness readiness = new Readiness(assembly.metrics());
        BuildInfo build = BuildInfo.get();
        Options options = settings.options();
        ExecutorService visits = visits();
        ExporterPage page = new ExporterPage(
                assembly.metrics(),
                assembly.collectors(),
                build.version(),
                options.pageHistory,
                readiness::hasValues,
                visits,
                Clock.systemUTC());
        Router router = new Router(
                new MetricsPage(
                        assembly.metrics(),
                        ownMetrics,
                        rejected,
                        options.waitLimit,
                        // The metrics of the process change all the time.
                        () -> List.of(
                                rejected.total(),
                                guard.web().expirySeconds(),
                                options.processMetrics ? System.nanoTime() : 0),
                        page::onScrape),
                page,
                readiness,
                guard,
                rejected,
                connections);
        try {
            HttpEndpoint http = HttpEndpoint.start(address, guard.web(), router, connections, rejected);
            LOG.info("version {} serves {}", build.version(), http.uri());
            if (!address.isLoopback() && !guard.isClosed()) {
                LOG.warn(
                        "listen: {} can be reached from other machines and no token guards it; set token-file or"
                                + " web.config.file, or listen on 127.0.0.1 behind a proxy",
                        address);
            }
            return new Exporter(assembly, readiness, http, page, visits);
        } catch (IOException e) {
            throw ListenException.of(settings, e);
        }
    }

    /** Runs what visitors of the page do not wait for. Its threads end when there are no visitors. */
    private static ExecutorService visits() {
        ThreadPoolExecutor executor = new ThreadPoolExecutor(
                VISIT_THREADS, VISIT_THREADS, 5, TimeUnit.SECONDS, new LinkedBlockingQueue<>(), task -> {
                    Thread thread = new Thread(task, "exporter-page");
                    thread.setDaemon(true);
                    return thread;
                });
        executor.allowCoreThreadTimeOut(true);
        return executor;
    }

    private static void warn(Settings settings) {
        settings.warnings().forEach(LOG::warn);
        SecretFile.warnings(settings).forEach(LOG::warn);
    }

    private void warmUp() {
        var unused = background.scheduleWithFixedDelay(
                () -> {
                    if (readiness.hasValues()) {
                        background.shutdown();
                    } else {
                        assembly.metrics().warmUp();
                    }
                },
                0,
                WARM_UP_SECONDS,
                TimeUnit.SECONDS);
    }

    /**
     * Returns the URL of the metrics.
     *
     * @return the URL with the port in use, even if the setting asked for any free port
     */
    public URI uri() {
        return http.uri();
    }

    /** Stops accepting requests, lets running ones finish, and closes the database sessions, all within ten seconds. */
    @Override
    public void close() {
        if (!closed.compareAndSet(false, true)) {
            return;
        }
        background.shutdownNow();
        page.close();
        visits.shutdownNow();
        ScheduledExecutorService impatience = Executors.newSingleThreadScheduledExecutor();
        // Closing the engine makes a scrape that waits for a slow query return the values it has.
        var unused = impatience.schedule(assembly.metrics()::close, PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
        http.stop(GRACE);
        impatience.shutdownNow();
        assembly.close();
    }
}
