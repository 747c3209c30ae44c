package io.getindico.metrics.api.engine;

import io.getindico.metrics.api.MetricFamily;
import java.util.function.Predicate;

/** A counter or info metric has two names. A scrape shows the suffix of the type; the client's model omits it. */
final class FamilyNames {
    private FamilyNames() {}

    static String modelName(MetricFamily family) {
        String name = family.name();
        return name.substring(0, name.length() - suffix(family).length());
    }

    private static String suffix(MetricFamily family) {
        return switch (family.type()) {
            case GAUGE -> "";
            case COUNTER -> "_total";
            case INFO -> "_info";
        };
    }

    static boolean matches(MetricFamily family, Predicate<String> names) {
        return names.test(family.name()) || names.test(modelName(family));
    }
}
