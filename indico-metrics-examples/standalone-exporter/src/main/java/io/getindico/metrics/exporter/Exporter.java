package io.getindico.metrics.exporter;

import io.getindico.metrics.exporter.http.Access;
import io.getindico.metrics.exporter.http.ConnectionWatch;
import io.getindico.metrics.exporter.http.HttpEndpoint;
import io.getindico.metrics.exporter.http.ListenException;
import io.getindico.metrics.exporter.http.MetricsPage;
import io.getindico.metrics.exporter.http.OwnMetrics;
import io.getindico.metrics.exporter.http.Router;
import io.getindico.metrics.exporter.http.Served;
import io.getindico.metrics.exporter.logging.CurrentInstance;
import io.getindico.metrics.exporter.otlp.OtlpPush;
import io.getindico.metrics.exporter.otlp.OtlpSettings;
import io.getindico.metrics.exporter.plugins.PluginFolder;
import io.getindico.metrics.exporter.settings.ListenAddress;
import io.getindico.metrics.exporter.settings.Options;
import io.getindico.metrics.exporter.settings.SecretFile;
import io.getindico.metrics.exporter.settings.SettingException;
import io.getindico.metrics.exporter.settings.Settings;
import io.getindico.metrics.exporter.web.LiveWebConfig;
import java.io.IOException;
import java.net.InetAddress;
import java.net.URI;
import java.net.UnknownHostException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
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

    private static final long TICK_SECONDS = 1;

    /**
     * A stop may take ten seconds. After {@code PATIENCE}, running scrapes get no new values; after {@code GRACE}, HTTP
     * closes.
     */
    private static final Duration PATIENCE = Duration.ofSeconds(3);

    private static final Duration GRACE = Duration.ofSeconds(6);

    private final Supplier<Settings> source;
    private final Consumer<Settings> accepted;
    private final Settings atStart;
    private final PluginFolder plugins;
    private final OwnMetrics own;
    private final MetricsPage ofExporter;
    private final ScheduledExecutorService background;
    private final AtomicBoolean closed = new AtomicBoolean();
    private final Successions indicos;
    private final HttpEndpoint http;
    private volatile Access access;
    private volatile @Nullable OtlpPush push;
    private @Nullable CompletableFuture<Boolean> nextReload;

    private Exporter(
            Settings settings,
            Supplier<Settings> source,
            Consumer<Settings> accepted,
            LiveWebConfig web,
            PluginFolder plugins,
            ConnectionWatch.Limits limits) {
        this.source = source;
        this.accepted = accepted;
        this.atStart = settings;
        this.plugins = plugins;
        this.access = Access.of(settings, web);
        this.own = OwnMetrics.of(web, settings.options().processMetrics);
        this.ofExporter = MetricsPage.ofExporter(own);
        this.background = Executors.newSingleThreadScheduledExecutor(task -> {
            Thread thread = new Thread(task, "exporter-background");
            thread.setDaemon(true);
            return thread;
        });
        this.indicos =
                new Successions(settings, (of, isOnly) -> Instance.of(of, isOnly, plugins, own), Clock.systemUTC());
        try {
            OtlpSettings otlp = OtlpSettings.of(settings);
            this.http = listen(limits);
            replacePush(prepare(otlp));
        } catch (RuntimeException e) {
            indicos.close();
            throw e;
        }
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
        return start(Settings.of(settings), () -> Settings.of(settings));
    }

    /**
     * Starts an exporter for the command {@code serve}.
     *
     * @param source reads the settings again at each reload
     * @param accepted is told the settings that a reload accepts
     */
    public static Exporter start(Settings settings, Supplier<Settings> source, Consumer<Settings> accepted) {
        return start(settings, source, accepted, ConnectionWatch.Limits.DEFAULT);
    }

    static Exporter start(Settings settings, Supplier<Settings> source) {
        return start(settings, source, ConnectionWatch.Limits.DEFAULT);
    }

    static Exporter start(Settings settings, Supplier<Settings> source, ConnectionWatch.Limits limits) {
        return start(settings, source, unused -> {}, limits);
    }

    private static Exporter start(
            Settings settings, Supplier<Settings> source, Consumer<Settings> accepted, ConnectionWatch.Limits limits) {
        warn(settings);
        LiveWebConfig web = LiveWebConfig.of(settings);
        web.warn();
        PluginFolder plugins = PluginFolder.of(settings);
        try {
            Exporter exporter = new Exporter(settings, source, accepted, web, plugins, limits);
            exporter.startTicking();
            return exporter;
        } catch (RuntimeException e) {
            plugins.close();
            throw e;
        }
    }

    private HttpEndpoint listen(ConnectionWatch.Limits limits) {
        ConnectionWatch connections = new ConnectionWatch(own.rejected(), limits);
        Router router = new Router(this::served, this::reload, own.rejected(), connections);
        try {
            HttpEndpoint started =
                    HttpEndpoint.start(atStart.options().listen, access.web(), router, connections, own.rejected());
            LOG.info("version {} serves {}", BuildInfo.get().version(), started.uri());
            warnIfOpen();
            return started;
        } catch (IOException e) {
            throw ListenException.of(atStart, e);
        }
    }

    /** The push that the settings need: the one that runs, another one, or none. */
    private @Nullable OtlpPush prepare(@Nullable OtlpSettings otlp) {
        if (otlp == null) {
            return null;
        }
        OtlpPush current = push;
        return current != null && current.isAsIn(otlp)
                ? current
                : new OtlpPush(otlp, hostName() + ":" + uri().getPort(), () -> served().pages(), own.failedPushes());
    }

    private void replacePush(@Nullable OtlpPush next) {
        OtlpPush before = push;
        if (Objects.equals(next, before)) {
            return;
        }
        if (before != null) {
            before.close();
        }
        own.failedPushes().show(next != null);
        push = next;
        if (next != null) {
            next.start();
        }
    }

    private String hostName() {
        try {
            return InetAddress.getLocalHost().getHostName();
        } catch (UnknownHostException e) {
            return uri().getHost();
        }
    }

    private Served served() {
        return new Served(indicos.targets(), ofExporter, access);
    }

    private static void warn(Settings settings) {
        settings.warnings().forEach(LOG::warn);
        List<String> ofAll = SecretFile.warnings(settings);
        ofAll.forEach(LOG::warn);
        settings.instances().forEach((name, instance) -> {
            List<String> own = new ArrayList<>(SecretFile.warnings(instance));
            own.removeAll(ofAll);
            CurrentInstance.run(name, () -> own.forEach(LOG::warn));
        });
    }

    private void warnIfOpen() {
        ListenAddress address = atStart.options().listen;
        if (!address.isLoopback() && !access.isClosed()) {
            LOG.warn(
                    "listen: {} can be reached from other machines and no token guards it; set token-file or"
                            + " web.config.file, or listen on 127.0.0.1 behind a proxy",
                    address);
        }
    }

    private void startTicking() {
        var unused = background.scheduleWithFixedDelay(this::tick, 0, TICK_SECONDS, TimeUnit.SECONDS);
    }

    // An exception would end the ticks.
    private void tick() {
        try {
            indicos.tick();
        } catch (RuntimeException | Error e) {
            LOG.error("the background work failed", e);
        }
    }

    /**
     * Reads the settings and secrets again, and uses them from then on. If one is wrong, the log says which, and the ones
     * before stay in force. Values stay visible until there are new ones. Returns at once; reloads that are asked for
     * before this one begins are this one. The listen address and the plugins stay as they are.
     *
     * @return whether the settings were accepted; false after {@link #close}
     */
    public synchronized CompletableFuture<Boolean> reload() {
        if (nextReload == null) {
            try {
                nextReload = CompletableFuture.supplyAsync(this::reloadNow, background);
            } catch (RejectedExecutionException e) {
                return CompletableFuture.completedFuture(false);
            }
        }
        return nextReload;
    }

    private boolean reloadNow() {
        synchronized (this) {
            nextReload = null;
        }
        boolean isAccepted = accept();
        own.reloads().ended(isAccepted);
        return isAccepted;
    }

    private boolean accept() {
        try {
            Settings settings = source.get();
            LiveWebConfig.check(settings);
            PluginFolder.check(settings);
            Access next = Access.of(settings, access.web());
            settings.indicos().values().forEach(MetricsAssembly::check);
            OtlpSettings otlp = OtlpSettings.of(settings);
            boolean areJarsNew = haveJarsChanged(settings);
            indicos.accept(settings);
            accepted.accept(settings);
            access = next;
            replacePush(prepare(otlp));
            LOG.info("the settings are read again");
            warn(settings);
            warnIfOpen();
            warnOfRestart(settings, Options.LISTEN, options -> options.listen);
            warnOfRestart(settings, Options.WEB_CONFIG_FILE, options -> options.webConfigFile);
            warnOfRestart(settings, Options.PROCESS_METRICS, options -> options.processMetrics);
            warnOfRestart(settings, Options.PLUGINS, options -> options.plugins);
            if (areJarsNew) {
                LOG.warn(
                        "plugins: the jars in the folder have changed, which needs a restart; the ones before stay in use");
            }
            return true;
        } catch (SettingException e) {
            LOG.error("the settings are refused, and the ones before stay in force: {}", e.line());
        } catch (RuntimeException | LinkageError e) {
            LOG.error("the settings cannot be read again, and the ones before stay in force", e);
        }
        return false;
    }

    private boolean haveJarsChanged(Settings settings) {
        Path folder = settings.options().plugins;
        return folder != null
                && folder.equals(atStart.options().plugins)
                && plugins.hasChanged(folder, settings.spelling(Options.PLUGINS));
    }

    private void warnOfRestart(Settings settings, String name, Function<Options, @Nullable Object> value) {
        Object before = value.apply(atStart.options());
        if (!Objects.equals(before, value.apply(settings.options()))) {
            LOG.warn(
                    "{}: a change needs a restart; until then it stays {}",
                    settings.spelling(name),
                    before == null ? "unset" : before);
        }
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
        ScheduledExecutorService impatience = Executors.newSingleThreadScheduledExecutor();
        // Closing the engine makes a scrape that waits for a slow query return the values it has.
        var unused = impatience.schedule(indicos::interrupt, PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
        http.stop(GRACE);
        impatience.shutdownNow();
        awaitBackground();
        replacePush(null);
        indicos.close();
        plugins.close();
    }

    /** A tick or a reload that still runs may hold an instance that is new. */
    private void awaitBackground() {
        try {
            if (!background.awaitTermination(PATIENCE.toMillis(), TimeUnit.MILLISECONDS)) {
                LOG.debug("the background work has not ended");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
