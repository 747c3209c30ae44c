package io.getindico.metrics.exporter;

import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * An exporter that serves. It starts also while the database is away, and tries until it has read a first snapshot;
 * from then on it reads when it is scraped.
 *
 * @since 0.1.0
 */
public final class Exporter implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Exporter.class);

    /** Whether an attempt is made is decided by the engine, whose pauses grow. */
    private static final long WARM_UP_SECONDS = 1;

    /** Two parts of the ten seconds that a stop may take: scrapes end by themselves, then without new values. */
    private static final Duration PATIENCE = Duration.ofSeconds(3);

    private static final Duration GRACE = Duration.ofSeconds(6);

    private final MetricsAssembly assembly;
    private final Readiness readiness;
    private final HttpEndpoint http;
    private final ScheduledExecutorService background;
    private final AtomicBoolean closed = new AtomicBoolean();

    private Exporter(MetricsAssembly assembly, Readiness readiness, HttpEndpoint http) {
        this.assembly = assembly;
        this.readiness = readiness;
        this.http = http;
        this.background = Executors.newSingleThreadScheduledExecutor(task -> {
            Thread thread = new Thread(task, "exporter-background");
            thread.setDaemon(true);
            return thread;
        });
    }

    /**
     * Starts, and returns as soon as HTTP is served.
     *
     * @param settings by name, such as {@code database.url}, spelled as in the YAML file; the rest is at its default
     * @return a running exporter, to be closed
     * @throws SettingException if a setting is wrong
     * @throws ListenException if the address cannot be had now, such as a port that is taken
     */
    public static Exporter start(Map<String, String> settings) {
        return start(Settings.of(settings));
    }

    static Exporter start(Settings settings) {
        return start(settings, ConnectionWatch.Limits.DEFAULT);
    }

    static Exporter start(Settings settings, ConnectionWatch.Limits limits) {
        warn(settings);
        BearerToken token = BearerToken.of(settings);
        MetricsAssembly assembly = MetricsAssembly.of(settings);
        try {
            Exporter exporter = start(settings, token, assembly, limits);
            exporter.warmUp();
            return exporter;
        } catch (RuntimeException e) {
            assembly.close();
            throw e;
        }
    }

    private static Exporter start(
            Settings settings, BearerToken token, MetricsAssembly assembly, ConnectionWatch.Limits limits) {
        ListenAddress address = settings.get(SettingsTable.LISTEN);
        RejectedRequests rejected = new RejectedRequests();
        ConnectionWatch connections = new ConnectionWatch(rejected, limits);
        Readiness readiness = new Readiness(assembly.metrics());
        BuildInfo build = BuildInfo.get();
        Router router = new Router(
                new MetricsPage(assembly.metrics(), rejected, settings.find(SettingsTable.WAIT_LIMIT)),
                new LandingPage(assembly.metrics(), build),
                readiness,
                token,
                rejected,
                connections);
        try {
            HttpEndpoint http = HttpEndpoint.start(address, router, connections, rejected);
            LOG.info("version {} serves {}", build.version(), http.uri());
            if (!address.isLoopback() && !token.isSet()) {
                LOG.warn(
                        "listen: {} can be reached from other machines and no token guards it; set token-file, or"
                                + " listen on 127.0.0.1 behind a proxy",
                        address);
            }
            return new Exporter(assembly, readiness, http);
        } catch (IOException e) {
            throw ListenException.of(settings, e);
        }
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
     * Where the metrics are served.
     *
     * @return with the port in use, also where any free one was asked for
     */
    public URI uri() {
        return http.uri();
    }

    /** Takes no more requests, lets those under way end, and gives the database's sessions back; within ten seconds. */
    @Override
    public void close() {
        if (!closed.compareAndSet(false, true)) {
            return;
        }
        background.shutdownNow();
        ScheduledExecutorService impatience = Executors.newSingleThreadScheduledExecutor();
        // A scrape that waits for a slow query gets the values there are when the engine ends.
        var unused = impatience.schedule(assembly.metrics()::close, PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
        http.stop(GRACE);
        impatience.shutdownNow();
        assembly.close();
    }
}
