package io.getindico.metrics.exporter;

import io.getindico.metrics.api.CollectorSetting;
import io.getindico.metrics.api.MetricCollector;
import io.getindico.metrics.api.MetricFamily;
import io.getindico.metrics.api.engine.IndicoMetrics;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import javax.sql.DataSource;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The built-in collectors and the plugin collectors that are compatible with them. If two clash, the built-in one
 * stays. A plugin collector that clashes or cannot be registered is reported and left out.
 */
final class CollectorChoice {
    private static final Logger LOG = LoggerFactory.getLogger(CollectorChoice.class);

    private final Map<String, MetricCollector> byName = new TreeMap<>();
    private final Map<String, String> familyOwners = new TreeMap<>();

    private CollectorChoice() {
        familyOwners.put(modelName(RejectedRequests.NAME), "the exporter itself");
    }

    static Collection<MetricCollector> of(
            List<MetricCollector> builtIn, List<MetricCollector> plugins, DataSource dataSource) {
        CollectorChoice choice = new CollectorChoice();
        builtIn.forEach(choice::add);
        for (MetricCollector collector : plugins) {
            String clash = choice.clash(collector, dataSource);
            if (clash.isEmpty()) {
                choice.add(collector);
            } else {
                LOG.error("collector {} is left out: {}", origin(collector), clash);
            }
        }
        return choice.byName.values();
    }

    private void add(MetricCollector collector) {
        byName.put(collector.name(), collector);
        for (MetricFamily family : collector.families()) {
            familyOwners.put(modelName(family.name()), describe(collector));
        }
    }

    /**
     * The name that must be unique: without the suffix of a counter or info metric, since a gauge may not have that
     * name either.
     */
    private static String modelName(String family) {
        return family.replaceFirst("_(total|info)$", "");
    }

    // A plugin's code may throw anything.
    @SuppressWarnings("CatchingUnchecked")
    private String clash(MetricCollector collector, DataSource dataSource) {
        try {
            // Registered alone, so that the engine reports what is wrong with this one.
            IndicoMetrics.builder(dataSource).collectors(collector).build().close();
            MetricCollector other = byName.get(collector.name());
            if (other != null) {
                return "its name '" + collector.name() + "' is taken by " + origin(other);
            }
            for (MetricFamily family : collector.families()) {
                String owner = familyOwners.get(modelName(family.name()));
                if (owner != null) {
                    return "its metric '" + family.name() + "' is taken by " + owner;
                }
            }
            return "";
        } catch (Exception | LinkageError e) {
            return CollectorLookup.reason(e);
        }
    }

    private static String describe(MetricCollector collector) {
        return "collector '" + collector.name() + "' (" + origin(collector) + ")";
    }

    /** Includes the jar, since two jars may contain classes of the same name. */
    private static String origin(MetricCollector collector) {
        String name = collector.getClass().getName();
        return collector.getClass().getClassLoader() instanceof PluginClassLoader jar
                ? name + " of " + jar.getName()
                : name;
    }

    /** Refuses names that no collector has. */
    static void check(Settings settings, Collection<MetricCollector> collectors) {
        Set<String> known = new TreeSet<>();
        collectors.forEach(collector -> known.add(collector.name()));
        Set<String> included = CollectorNames.of(settings.options().collectors);
        Set<String> excluded = CollectorNames.of(settings.options().exclude);
        check(settings.spelling(Options.COLLECTORS), included, known);
        check(settings.spelling(Options.EXCLUDE), excluded, known);
        for (String name : settings.collectorTtls().keySet()) {
            check(settings.spelling(Setting.TTL_PREFIX + name), List.of(name), known);
        }
        checkOwnSettings(settings, collectors);
        if (excluded.containsAll(included.isEmpty() ? known : included)) {
            throw settings.refused(
                    Options.EXCLUDE,
                    "got " + Setting.quoted(String.join(",", excluded))
                            + ", which leaves no collector; leave out one of them");
        }
    }

    /** The flag for a setting that a collector declares. */
    static String flag(MetricCollector collector, CollectorSetting<?> setting) {
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
