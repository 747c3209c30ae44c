package io.getindico.metrics.exporter;

import io.getindico.metrics.api.CollectorSetting;
import io.getindico.metrics.api.MetricCollector;
import io.getindico.metrics.api.RefreshClass;
import io.getindico.metrics.api.engine.IndicoMetrics;
import io.getindico.metrics.api.engine.IndicoMetricsBuilder;
import java.nio.file.Path;
import java.util.Collection;
import java.util.Set;

/** The session pool, plugins and metrics that the settings describe. Creating it does not query the database. */
final class MetricsAssembly implements AutoCloseable {
    private final DatabasePool pool;
    private final PluginFolder plugins;
    private final IndicoMetrics metrics;

    private MetricsAssembly(DatabasePool pool, PluginFolder plugins, IndicoMetrics metrics) {
        this.pool = pool;
        this.plugins = plugins;
        this.metrics = metrics;
    }

    static MetricsAssembly of(Settings settings) {
        TlsFiles.check(settings);
        DatabasePool pool = new DatabasePool(settings.databaseUrl(), Credentials.of(settings));
        PluginFolder plugins = PluginFolder.none();
        try {
            Path folder = settings.find(SettingsTable.PLUGINS);
            if (folder != null) {
                plugins = PluginFolder.open(folder, settings.spelling(SettingsTable.PLUGINS.name()));
            }
            Collection<MetricCollector> collectors = CollectorChoice.of(
                    CollectorLookup.in(MetricsAssembly.class.getClassLoader(), "the exporter's own class path"),
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
        IndicoMetricsBuilder builder = IndicoMetrics.builder(pool.dataSource())
                .collectors(collectors)
                .include(settings.optional(SettingsTable.COLLECTORS).orElse(Set.of()))
                .exclude(settings.optional(SettingsTable.EXCLUDE).orElse(Set.of()))
                .allCollectorMetrics(settings.get(SettingsTable.COLLECTOR_METRICS))
                .lockTimeout(settings.get(SettingsTable.LOCK_TIMEOUT))
                .workers(settings.get(SettingsTable.WORKERS));
        for (RefreshClass refreshClass : RefreshClass.values()) {
            builder.ttl(refreshClass, settings.get(SettingsTable.of(SettingsTable.TTL, refreshClass)));
            builder.queryBudget(refreshClass, settings.get(SettingsTable.of(SettingsTable.QUERY_BUDGET, refreshClass)));
        }
        settings.collectorTtls().forEach(builder::ttl);
        collectors.forEach(collector -> settings(settings, collector, builder));
        settings.optional(SettingsTable.ZONE).ifPresent(builder::zone);
        settings.optional(SettingsTable.MAX_AGE).ifPresent(builder::maxAge);
        settings.optional(SettingsTable.WORK_MEM).ifPresent(builder::workMem);
        return builder;
    }

    private static void settings(Settings settings, MetricCollector collector, IndicoMetricsBuilder builder) {
        for (CollectorSetting<?> own : collector.settings()) {
            SettingValue value = settings.collectorSettings().get(CollectorChoice.flag(collector, own));
            if (value != null) {
                builder.setting(collector.name(), own.key(), value.text().strip());
            }
        }
    }

    IndicoMetrics metrics() {
        return metrics;
    }

    @Override
    public void close() {
        metrics.close();
        pool.close();
        plugins.close();
    }
}
