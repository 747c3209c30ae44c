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
import java.util.Collection;
import java.util.function.Consumer;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import org.postgresql.ds.PGSimpleDataSource;

/** The session pool, plugins and metrics that the settings describe. Creating it does not query the database. */
public final class MetricsAssembly implements AutoCloseable {
    private final @Nullable DatabasePool pool;
    private final PluginFolder ownPlugins;
    private final Collection<MetricCollector> collectors;
    private final IndicoMetrics metrics;

    private MetricsAssembly(
            @Nullable DatabasePool pool,
            PluginFolder ownPlugins,
            Collection<MetricCollector> collectors,
            IndicoMetrics metrics) {
        this.pool = pool;
        this.ownPlugins = ownPlugins;
        this.collectors = collectors;
        this.metrics = metrics;
    }

    public static MetricsAssembly of(Settings settings) {
        check(settings);
        PluginFolder plugins = PluginFolder.of(settings);
        DatabasePool pool = pool(settings);
        return of(settings, plugins, plugins, pool, pool.dataSource());
    }

    /**
     * For one of several that share the plugins.
     *
     * @param plugins stay open
     */
    static MetricsAssembly of(Settings settings, PluginFolder plugins) {
        check(settings);
        DatabasePool pool = pool(settings);
        return of(settings, plugins, PluginFolder.none(), pool, pool.dataSource());
    }

    /** For what the collectors declare. The metrics cannot be read. */
    public static MetricsAssembly withoutDatabase(Settings settings) {
        PluginFolder plugins = PluginFolder.of(settings);
        return of(settings, plugins, plugins, null, new PGSimpleDataSource());
    }

    private static DatabasePool pool(Settings settings) {
        return new DatabasePool(settings.databaseUrl(), Credentials.of(settings));
    }

    /** Refuses settings whose files cannot be read. */
    static void check(Settings settings) {
        TlsFiles.check(settings);
        Credentials.of(settings);
    }

    private static MetricsAssembly of(
            Settings settings,
            PluginFolder plugins,
            PluginFolder ownPlugins,
            @Nullable DatabasePool pool,
            DataSource dataSource) {
        try {
            Collection<MetricCollector> collectors = CollectorChoice.of(
                    CollectorDiscovery.discover(
                            MetricsAssembly.class.getClassLoader(), "the exporter's own class path"),
                    plugins.collectors(),
                    dataSource);
            CollectorChoice.check(settings, collectors);
            return new MetricsAssembly(
                    pool,
                    ownPlugins,
                    collectors,
                    builder(settings, dataSource, collectors).build());
        } catch (RuntimeException e) {
            close(ownPlugins, pool);
            throw e;
        }
    }

    private static void close(PluginFolder plugins, @Nullable DatabasePool pool) {
        plugins.close();
        if (pool != null) {
            pool.close();
        }
    }

    private static IndicoMetricsBuilder builder(
            Settings settings, DataSource dataSource, Collection<MetricCollector> collectors) {
        Options options = settings.options();
        IndicoMetricsBuilder builder = IndicoMetrics.builder(dataSource)
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

    /** The built-in collectors and those of plugins, whatever the settings choose. */
    public Collection<MetricCollector> collectors() {
        return collectors;
    }

    @Override
    public void close() {
        metrics.close();
        close(ownPlugins, pool);
    }
}
