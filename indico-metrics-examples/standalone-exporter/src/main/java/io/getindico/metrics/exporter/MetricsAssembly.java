package io.getindico.metrics.exporter;

import io.getindico.metrics.api.CollectorSetting;
import io.getindico.metrics.api.MetricCollector;
import io.getindico.metrics.api.Profile;
import io.getindico.metrics.api.RefreshClass;
import io.getindico.metrics.api.engine.CollectorDiscovery;
import io.getindico.metrics.api.engine.IndicoMetrics;
import io.getindico.metrics.api.engine.IndicoMetricsBuilder;
import io.getindico.metrics.exporter.database.Credentials;
import io.getindico.metrics.exporter.database.DatabasePool;
import io.getindico.metrics.exporter.database.TlsFiles;
import io.getindico.metrics.exporter.plugins.CollectorChoice;
import io.getindico.metrics.exporter.plugins.PluginFolder;
import io.getindico.metrics.exporter.settings.NameList;
import io.getindico.metrics.exporter.settings.Options;
import io.getindico.metrics.exporter.settings.SettingValue;
import io.getindico.metrics.exporter.settings.Settings;
import java.nio.file.Path;
import java.util.Collection;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** The session pool, plugins and metrics that the settings describe. Creating it does not query the database. */
public final class MetricsAssembly implements AutoCloseable {
    private final DatabasePool pool;
    private final PluginFolder plugins;
    private final IndicoMetrics metrics;

    private MetricsAssembly(DatabasePool pool, PluginFolder plugins, IndicoMetrics metrics) {
        this.pool = pool;
        this.plugins = plugins;
        this.metrics = metrics;
    }

    public static MetricsAssembly of(Settings settings) {
        TlsFiles.check(settings);
        DatabasePool pool = new DatabasePool(settings.databaseUrl(), Credentials.of(settings));
        PluginFolder plugins = PluginFolder.none();
        try {
            Path folder = settings.options().plugins;
            if (folder != null) {
                plugins = PluginFolder.open(folder, settings.spelling(Options.PLUGINS));
            }
            Collection<MetricCollector> collectors = CollectorChoice.of(
                    CollectorDiscovery.discover(
                            MetricsAssembly.class.getClassLoader(), "the exporter's own class path"),
                    plugins.collectors(),
                    pool.dataSource());
            CollectorChoice.check(settings, collectors);
            return new MetricsAssembly(
                    pool, plugins, builder(settings, pool, collectors).build());
        } catch (RuntimeException e) {
            plugins.close();
            pool.close();
            throw e;
        }
    }

    private static IndicoMetricsBuilder builder(
            Settings settings, DatabasePool pool, Collection<MetricCollector> collectors) {
        Options options = settings.options();
        IndicoMetricsBuilder builder = IndicoMetrics.builder(pool.dataSource())
                .collectors(collectors)
                .include(NameList.of(options.collectors))
                .exclude(NameList.of(options.exclude))
                .profile(Profile.valueOf(options.profile.name()))
                .families(NameList.of(options.families))
                .excludeFamilies(NameList.of(options.excludeFamilies))
                .extraFamilies(NameList.of(options.extraFamilies))
                .databaseShare(options.databaseShare)
                .allCollectorMetrics(options.collectorMetrics == Options.CollectorMetrics.ALL)
                .ttl(RefreshClass.LIVE, options.ttlLive)
                .ttl(RefreshClass.STANDARD, options.ttlStandard)
                .ttl(RefreshClass.HEAVY, options.ttlHeavy)
                .queryBudget(RefreshClass.LIVE, options.queryBudgetLive)
                .queryBudget(RefreshClass.STANDARD, options.queryBudgetStandard)
                .queryBudget(RefreshClass.HEAVY, options.queryBudgetHeavy)
                .lockTimeout(options.lockTimeout)
                .workers(options.workers);
        settings.collectorTtls().forEach(builder::ttl);
        collectors.forEach(collector -> settings(settings, collector, builder));
        ifGiven(options.zone, builder::zone);
        ifGiven(options.maxAge, builder::maxAge);
        ifGiven(options.workMem, builder::workMem);
        return builder;
    }

    private static <T> void ifGiven(@Nullable T value, Consumer<T> then) {
        if (value != null) {
            then.accept(value);
        }
    }

    private static void settings(Settings settings, MetricCollector collector, IndicoMetricsBuilder builder) {
        for (CollectorSetting<?> own : collector.settings()) {
            SettingValue value = settings.collectorSettings().get(CollectorChoice.flag(collector, own));
            if (value != null) {
                builder.setting(collector.name(), own.key(), value.text());
            }
        }
    }

    public IndicoMetrics metrics() {
        return metrics;
    }

    @Override
    public void close() {
        metrics.close();
        pool.close();
        plugins.close();
    }
}
