package io.getindico.metrics.exporter.plugins;

import io.getindico.metrics.api.CollectionContext;
import io.getindico.metrics.api.CollectorSetting;
import io.getindico.metrics.api.MetricCollector;
import io.getindico.metrics.api.MetricFamily;
import io.getindico.metrics.api.Profile;
import io.getindico.metrics.api.Samples;
import io.getindico.metrics.api.engine.IndicoMetrics;
import io.getindico.metrics.exporter.http.OwnMetrics;
import io.getindico.metrics.exporter.settings.DidYouMean;
import io.getindico.metrics.exporter.settings.NameList;
import io.getindico.metrics.exporter.settings.Options;
import io.getindico.metrics.exporter.settings.Setting;
import io.getindico.metrics.exporter.settings.SettingException;
import io.getindico.metrics.exporter.settings.SettingValue;
import io.getindico.metrics.exporter.settings.Settings;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeSet;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The built-in collectors and the plugin collectors that are compatible with them. If two clash, the built-in one
 * stays. A plugin collector that clashes or cannot be registered is reported and left out.
 */
public final class CollectorChoice {
    private static final Logger LOG = LoggerFactory.getLogger(CollectorChoice.class);

    private CollectorChoice() {}

    /** Reserves the metrics that the exporter itself adds to a scrape. */
    private static final class Reserved implements MetricCollector {
        @Override
        public String name() {
            return "indico_metrics_exporter";
        }

        @Override
        public List<MetricFamily> families() {
            return OwnMetrics.FAMILIES;
        }

        @Override
        public void collect(CollectionContext context, Samples samples) {
            throw new UnsupportedOperationException("is never run");
        }
    }

    public static List<MetricCollector> of(
            List<MetricCollector> builtIn, List<MetricCollector> plugins, DataSource dataSource) {
        List<MetricCollector> chosen = new ArrayList<>(builtIn);
        for (MetricCollector plugin : plugins) {
            if (fits(plugin, chosen, dataSource)) {
                chosen.add(plugin);
            }
        }
        return chosen;
    }

    /** Lets the engine decide. */
    // A plugin's code may throw anything.
    @SuppressWarnings("CatchingUnchecked")
    private static boolean fits(MetricCollector plugin, List<MetricCollector> chosen, DataSource dataSource) {
        try {
            plugin.families().forEach(CollectorChoice::checkName);
            IndicoMetrics.builder(dataSource)
                    .collectors(new Reserved())
                    .collectors(chosen)
                    .collectors(plugin)
                    .extraFamilies(List.of("*"))
                    .build()
                    .close();
            return true;
        } catch (Exception | LinkageError e) {
            Class<?> type = plugin.getClass();
            LOG.error(
                    "collector {} of {} is left out: {}",
                    type.getName(),
                    type.getClassLoader().getName(),
                    e instanceof IllegalArgumentException ? e.getMessage() : e.toString());
            return false;
        }
    }

    private static void checkName(MetricFamily family) {
        for (String reserved : OwnMetrics.OF_PROCESS) {
            if (family.name().startsWith(reserved)) {
                throw new IllegalArgumentException("family '" + family.name() + "' begins with " + reserved
                        + ", as the metrics of the exporter's own process do; choose another name");
            }
        }
    }

    /** Refuses names that no collector has. */
    public static void check(Settings settings, Collection<MetricCollector> collectors) {
        Set<String> known = new TreeSet<>();
        collectors.forEach(collector -> known.add(collector.name()));
        Set<String> included = NameList.of(settings.options().collectors);
        Set<String> excluded = NameList.of(settings.options().exclude);
        check(settings.spelling(Options.COLLECTORS), included, known);
        check(settings.spelling(Options.EXCLUDE), excluded, known);
        for (String name : settings.collectorTtls().keySet()) {
            check(settings.spelling(Setting.TTL_PREFIX + name), List.of(name), known);
        }
        checkOwnSettings(settings, collectors);
        checkFamilies(settings, collectors);
        if (excluded.containsAll(included.isEmpty() ? known : included)) {
            throw settings.refused(
                    Options.EXCLUDE,
                    "got " + Setting.quoted(String.join(",", excluded))
                            + ", which leaves no collector; leave out one of them");
        }
    }

    private static void checkFamilies(Settings settings, Collection<MetricCollector> collectors) {
        Options options = settings.options();
        List<MetricFamily> families = collectors.stream()
                .flatMap(collector -> collector.families().stream())
                .toList();
        checkFamilies(settings.spelling(Options.FAMILIES), options.families, families);
        checkFamilies(settings.spelling(Options.EXCLUDE_FAMILIES), options.excludeFamilies, families);
        checkFamilies(settings.spelling(Options.EXTRA_FAMILIES), options.extraFamilies, families);
        Profile profile = Profile.valueOf(options.profile.name());
        for (String name : NameList.of(options.families)) {
            if (families.stream()
                    .noneMatch(
                            family -> matches(name, family) && family.profile().compareTo(profile) <= 0)) {
                throw settings.refused(
                        Options.FAMILIES,
                        "got " + Setting.quoted(name) + ", which profile " + profile.label()
                                + " does not contain; give it by extra-families");
            }
        }
    }

    private static void checkFamilies(String spelling, @Nullable NameList names, List<MetricFamily> families) {
        for (String name : NameList.of(names)) {
            if (families.stream().noneMatch(family -> matches(name, family))) {
                Set<String> known = new TreeSet<>();
                families.forEach(family -> known.add(family.name()));
                throw new SettingException(spelling + ": got a metric " + Setting.quoted(name)
                        + DidYouMean.hint(name, known)
                        + ", expected names that docs/metrics.md lists; correct it, or leave it out");
            }
        }
    }

    private static boolean matches(String name, MetricFamily family) {
        return name.endsWith("*")
                ? family.name().startsWith(name.substring(0, name.length() - 1))
                : family.name().equals(name);
    }

    /** The flag for a setting that a collector declares. */
    public static String flag(MetricCollector collector, CollectorSetting<?> setting) {
        return Setting.flag(Setting.COLLECTOR_PREFIX + collector.name() + "." + setting.key());
    }

    private static void checkOwnSettings(Settings settings, Collection<MetricCollector> collectors) {
        SortedMap<String, SettingValue> given = settings.collectorSettings();
        Set<String> known = new TreeSet<>();
        for (MetricCollector collector : collectors) {
            for (CollectorSetting<?> setting : collector.settings()) {
                known.add(Setting.COLLECTOR_PREFIX + collector.name() + "." + setting.key());
                SettingValue value = given.remove(flag(collector, setting));
                if (value != null) {
                    check(setting, value);
                }
            }
        }
        given.values().stream().findFirst().ifPresent(value -> {
            throw value.refused("no collector has this setting, expected one of " + String.join(", ", known)
                    + "; correct it, or leave it out");
        });
    }

    private static void check(CollectorSetting<?> setting, SettingValue value) {
        try {
            setting.parse(value.text());
        } catch (IllegalArgumentException e) {
            throw value.refused(e.getMessage() + "; correct it, or leave it out");
        }
    }

    private static void check(String spelling, Collection<String> names, Set<String> known) {
        for (String name : names) {
            if (!known.contains(name)) {
                throw new SettingException(spelling + ": got a collector " + Setting.quoted(name)
                        + DidYouMean.hint(name, known) + ", expected some of "
                        + String.join(", ", new ArrayList<>(known))
                        + "; correct it, or leave it out");
            }
        }
    }
}
