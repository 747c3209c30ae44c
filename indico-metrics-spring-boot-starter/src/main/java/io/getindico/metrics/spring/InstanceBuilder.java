package io.getindico.metrics.spring;

import com.zaxxer.hikari.HikariDataSource;
import io.getindico.metrics.api.MetricCollector;
import io.getindico.metrics.api.Profile;
import io.getindico.metrics.api.RefreshClass;
import io.getindico.metrics.api.engine.IndicoMetrics;
import io.getindico.metrics.api.engine.IndicoMetricsBuilder;
import io.getindico.metrics.spring.IndicoMetricsProperties.Instance;
import java.time.Duration;
import java.time.ZoneId;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.postgresql.Driver;
import org.springframework.boot.convert.DurationStyle;

/** Builds the pools and metrics that the properties describe. Does not access the database. */
record InstanceBuilder(
        IndicoMetricsProperties properties,
        List<MetricCollector> collectors,
        List<IndicoMetricsCustomizer> customizers) {
    private static final String LABEL = "instance_name";
    private static final int MAX_SESSIONS = 3;
    private static final Duration MAX_IDLE = Duration.ofSeconds(75);
    private static final Duration MAX_WAIT = Duration.ofSeconds(2);
    private static final String URL_REMEDY = "Set it to the JDBC URL of Indico's database, such as"
            + " jdbc:postgresql://db.example.org:5432/indico, or set indico.metrics.enabled=false.";
    private static final String NOT_BEFORE_AT = " Set the role and its password by indico.metrics.username and"
            + " indico.metrics.password, not before an '@'.";

    private static final String HOST = "(\\[[^]/?@]*]|[^:,/?@]*)(:\\d+)?";

    /** What the driver may be asked about. It logs parts of other URLs, and they may be passwords. */
    private static final Pattern URL =
            Pattern.compile("jdbc:postgresql:(//" + HOST + "(," + HOST + ")*/)?[^/?@]*([?].*)?");

    /** The pool and the metrics of one Indico. */
    record Built(HikariDataSource pool, IndicoMetrics metrics) implements AutoCloseable {
        @Override
        public void close() {
            metrics.close();
            pool.close();
        }
    }

    /** Whether building can find that something is wrong which a test of the single properties cannot. */
    boolean mayRefuse() {
        return !choices().isEmpty() || !collectors.isEmpty() || !customizers.isEmpty();
    }

    /** Checks what can be checked without the declarations of the collectors. */
    void check() {
        if (properties.instances().isEmpty()) {
            checkUrl("url", properties.url());
        } else if (isGiven(properties.url())) {
            throw new PropertyException(
                    "url",
                    "...",
                    "Remove it, because indico.metrics.instances is set, and each instance has a URL of its own.");
        }
        properties.instances().forEach((name, instance) -> checkUrl("instances." + name + ".url", instance.url()));
        if (properties.profile() == Profile.OPT_IN) {
            throw new PropertyException(
                    "profile",
                    "opt-in",
                    "Choose compatible, default or full, and name the other metrics in indico.metrics.extra-families.");
        }
        IndicoMetricsBuilder scratch = IndicoMetrics.builder(new HikariDataSource());
        checked("wait-limit", text(properties.waitLimit()), value -> scratch.waitLimit(properties.waitLimit()));
        checked("database-share", properties.databaseShare(), scratch::databaseShare);
        properties
                .instances()
                .keySet()
                .forEach(name -> checked("instances", name, value -> scratch.label(LABEL, value)));
    }

    private static void checkUrl(String property, @Nullable String url) {
        if (url == null || url.isBlank()) {
            throw new PropertyException(property, "", URL_REMEDY);
        }
        if (!URL.matcher(url).matches() || !new Driver().acceptsURL(url)) {
            // The rest may contain a password.
            String shown = url.replaceFirst("(?s)^((jdbc:)?[a-z]*:)?.*", "$1...");
            throw new PropertyException(property, shown, URL_REMEDY + (url.contains("@") ? NOT_BEFORE_AT : ""));
        }
    }

    /** An empty value counts as unset. */
    private static boolean isGiven(@Nullable String text) {
        return text != null && !text.isBlank();
    }

    /** An instance takes what it does not set from the properties of all. */
    private Map<String, Instance> byName() {
        if (properties.instances().isEmpty()) {
            return Map.of("", properties.single());
        }
        Map<String, Instance> all = new TreeMap<>();
        properties.instances().forEach((name, instance) -> all.put(name, instance.or(properties.single())));
        return all;
    }

    private static <T> void checked(String name, T value, Consumer<T> use) {
        try {
            use.accept(value);
        } catch (IllegalArgumentException e) {
            throw PropertyException.of(name, value, e);
        }
    }

    /**
     * Builds all instances, or none.
     *
     * @param timer whether somebody must hear of changes
     */
    Map<String, Built> build(boolean timer) {
        checkChoices();
        Map<String, Built> built = new TreeMap<>();
        try {
            byName().forEach((name, instance) -> built.put(name, build(name, instance, timer)));
            return built;
        } catch (RuntimeException | Error e) {
            built.values().forEach(Built::close);
            throw e;
        }
    }

    private Built build(String name, Instance instance, boolean timer) {
        HikariDataSource pool = pool(name, instance);
        try {
            return new Built(pool, builder(name, instance, timer, pool).build());
        } catch (RuntimeException | Error e) {
            pool.close();
            throw e;
        }
    }

    private static HikariDataSource pool(String name, Instance instance) {
        HikariDataSource pool = new HikariDataSource();
        pool.setPoolName(name.isEmpty() ? "indico-metrics" : "indico-metrics-" + name);
        pool.setJdbcUrl(instance.url());
        if (isGiven(instance.username())) {
            pool.setUsername(instance.username());
        }
        if (isGiven(instance.password())) {
            pool.setPassword(instance.password());
        }
        pool.setMaximumPoolSize(MAX_SESSIONS);
        pool.setMinimumIdle(0);
        pool.setIdleTimeout(MAX_IDLE.toMillis());
        pool.setConnectionTimeout(MAX_WAIT.toMillis());
        // The service starts while Indico is away.
        pool.setInitializationFailTimeout(-1);
        return pool;
    }

    private IndicoMetricsBuilder builder(String name, Instance instance, boolean timer, HikariDataSource pool) {
        IndicoMetricsBuilder builder = empty(pool)
                .profile(properties.profile())
                .waitLimit(properties.waitLimit())
                .databaseShare(properties.databaseShare());
        choices().forEach(choice -> choice.use().accept(builder));
        ZoneId zone = instance.zone();
        if (zone != null) {
            builder.zone(zone);
        }
        if (!name.isEmpty()) {
            builder.label(LABEL, name);
        }
        if (timer) {
            builder.refreshByTimer();
        }
        customizers.forEach(customizer -> customizer.customize(name, builder));
        return builder;
    }

    private IndicoMetricsBuilder empty(HikariDataSource pool) {
        return IndicoMetrics.builder(pool).discoverCollectors().collectors(collectors);
    }

    /** A property that names collectors or families. */
    private record Choice(String property, String value, Consumer<IndicoMetricsBuilder> use) {}

    /** Extra families come first, because the others only take metrics away. */
    private List<Choice> choices() {
        List<Choice> choices = new ArrayList<>();
        names(choices, "extra-families", properties.extraFamilies(), IndicoMetricsBuilder::extraFamilies);
        names(choices, "collectors", properties.collectors(), IndicoMetricsBuilder::include);
        names(choices, "exclude", properties.exclude(), IndicoMetricsBuilder::exclude);
        names(choices, "families", properties.families(), IndicoMetricsBuilder::families);
        names(choices, "exclude-families", properties.excludeFamilies(), IndicoMetricsBuilder::excludeFamilies);
        properties.ttl().forEach((name, ttl) -> choices.add(new Choice("ttl." + name, text(ttl), ttl(name, ttl))));
        properties
                .collector()
                .forEach((collector, settings) -> settings.forEach((key, value) -> choices.add(new Choice(
                        "collector." + collector + "." + key,
                        value,
                        builder -> builder.setting(collector, key, value)))));
        return choices;
    }

    private static void names(
            List<Choice> choices,
            String property,
            List<String> names,
            BiConsumer<IndicoMetricsBuilder, Collection<String>> use) {
        if (!names.isEmpty()) {
            choices.add(new Choice(property, String.join(",", names), builder -> use.accept(builder, names)));
        }
    }

    private static Consumer<IndicoMetricsBuilder> ttl(String name, Duration ttl) {
        return Stream.of(RefreshClass.values())
                .filter(refreshClass -> refreshClass.label().equals(name))
                .findFirst()
                .<Consumer<IndicoMetricsBuilder>>map(refreshClass -> builder -> builder.ttl(refreshClass, ttl))
                .orElse(builder -> builder.ttl(name, ttl));
    }

    private static String text(Duration duration) {
        return DurationStyle.SIMPLE.print(
                duration, duration.toMillisPart() == 0 ? ChronoUnit.SECONDS : ChronoUnit.MILLIS);
    }

    /** Builds after each choice, so that an error names its property. */
    private void checkChoices() {
        try (HikariDataSource unused = new HikariDataSource()) {
            IndicoMetricsBuilder builder = empty(unused).profile(properties.profile());
            for (Choice choice : choices()) {
                checked(choice.property(), choice.value(), value -> {
                    choice.use().accept(builder);
                    checkIsAnyLeft(builder);
                });
            }
        }
    }

    private static void checkIsAnyLeft(IndicoMetricsBuilder builder) {
        try (IndicoMetrics metrics = builder.build()) {
            if (metrics.status().collectors().isEmpty()) {
                throw new IllegalArgumentException("this leaves no metric to read; choose others, or remove it");
            }
        }
    }
}
