package io.getindico.metrics.exporter;

import io.getindico.metrics.exporter.http.MetricsPage;
import io.getindico.metrics.exporter.http.OwnMetrics;
import io.getindico.metrics.exporter.http.Readiness;
import io.getindico.metrics.exporter.http.Target;
import io.getindico.metrics.exporter.page.ExporterPage;
import io.getindico.metrics.exporter.plugins.PluginFolder;
import io.getindico.metrics.exporter.settings.Options;
import io.getindico.metrics.exporter.settings.Settings;
import java.time.Clock;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/** One Indico as its settings describe it: its database sessions, its engine and what is served of it. */
final class Instance implements AutoCloseable {
    /** One reads the present, and one the past. */
    private static final int VISIT_THREADS = 2;

    private final Settings settings;
    private final MetricsAssembly assembly;
    private final Target target;
    private final ExecutorService visits;

    private Instance(Settings settings, MetricsAssembly assembly, Target target, ExecutorService visits) {
        this.settings = settings;
        this.assembly = assembly;
        this.target = target;
        this.visits = visits;
    }

    /** Does not query the database. */
    static Instance of(Settings settings, boolean isOnly, PluginFolder plugins, OwnMetrics own) {
        MetricsAssembly assembly = MetricsAssembly.of(settings, plugins);
        Options options = settings.options();
        Readiness readiness = new Readiness(assembly.metrics());
        ExecutorService visits = visits();
        ExporterPage page = new ExporterPage(
                assembly.metrics(),
                assembly.collectors(),
                BuildInfo.get().version(),
                options.pageHistory,
                readiness::hasValues,
                visits,
                Clock.systemUTC());
        MetricsPage metrics = isOnly
                ? MetricsPage.ofOnly(assembly.metrics(), own, options.waitLimit, page::onScrape)
                : MetricsPage.ofOneOfSeveral(assembly.metrics(), own, options.waitLimit, page::onScrape);
        return new Instance(settings, assembly, new Target(metrics, page, readiness), visits);
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

    Target target() {
        return target;
    }

    /** Whether these settings need no other instance. Where the database cannot be read, a new one tries it at once. */
    boolean isAsIn(Settings other) {
        return settings.describesTheSame(other) && assembly.metrics().status().databaseError() == null;
    }

    /** Starts the refreshes that are due. The engine decides which are, and its pauses after failures grow. */
    void warmUp() {
        assembly.metrics().warmUp();
    }

    /** Ends what visitors started, and the refreshes. A scrape that waits for one gets the values that are there. */
    void interrupt() {
        target.page().close();
        visits.shutdownNow();
        assembly.metrics().close();
    }

    @Override
    public void close() {
        interrupt();
        assembly.close();
    }
}
