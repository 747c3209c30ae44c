package io.getindico.metrics.api.engine;

import static java.util.stream.Collectors.toCollection;

import io.getindico.metrics.api.MetricFamily;
import io.getindico.metrics.api.Profile;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Selects the families that are on: those of the profile, restricted to some names, plus extra ones, minus excluded
 * ones. A name may end in {@code *}.
 */
final class FamilySelection {
    private Profile profile = Profile.DEFAULT;
    private final Set<String> only = new TreeSet<>();
    private final Set<String> extra = new TreeSet<>();
    private final Set<String> excluded = new TreeSet<>();

    void profile(Profile chosen) {
        if (chosen == Profile.OPT_IN) {
            throw new IllegalArgumentException(
                    "profile opt-in: its families are enabled only by name; add them to the extra families");
        }
        this.profile = chosen;
    }

    void only(Collection<String> names) {
        only.addAll(names);
    }

    void extra(Collection<String> names) {
        extra.addAll(names);
    }

    void exclude(Collection<String> names) {
        excluded.addAll(names);
    }

    boolean isOn(MetricFamily family) {
        boolean isChosen = isInProfile(family) && (only.isEmpty() || isAny(only, family));
        return (isChosen || isAny(extra, family)) && !isAny(excluded, family);
    }

    private boolean isInProfile(MetricFamily family) {
        return family.profile().compareTo(profile) <= 0;
    }

    private static boolean isAny(Set<String> names, MetricFamily family) {
        return names.stream().anyMatch(name -> matches(name, family));
    }

    private static boolean matches(String name, MetricFamily family) {
        return name.endsWith("*")
                ? family.name().startsWith(name.substring(0, name.length() - 1))
                : family.name().equals(name);
    }

    /** Rejects names that match no family, and names of families that the profile does not contain. */
    void check(Collection<MetricFamily> families) {
        check("families", only, families);
        check("excluded families", excluded, families);
        check("extra families", extra, families);
        for (String name : only) {
            List<MetricFamily> named =
                    families.stream().filter(family -> matches(name, family)).toList();
            if (named.stream().noneMatch(this::isInProfile)) {
                throw new IllegalArgumentException("families: profile " + profile.label() + " does not contain '" + name
                        + "'; add it to the extra families instead");
            }
        }
    }

    private static void check(String what, Set<String> names, Collection<MetricFamily> families) {
        for (String name : names) {
            Predicate<MetricFamily> isMatch = family -> matches(name, family);
            if (families.stream().noneMatch(isMatch)) {
                Set<String> known = families.stream().map(MetricFamily::name).collect(toCollection(TreeSet::new));
                String nearest = SimilarNames.nearest(name, known);
                throw new IllegalArgumentException(what + ": no metric is named '" + name + "'" + hint(nearest, known));
            }
        }
    }

    private static String hint(@Nullable String nearest, Set<String> known) {
        return nearest == null ? "; there are " + known : "; did you mean '" + nearest + "'?";
    }
}
