package io.getindico.metrics.benchmarks;

import io.getindico.metrics.api.RefreshClass;
import io.getindico.metrics.api.engine.CollectorStatus;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/**
 * Collectors that are run together.
 *
 * @param name its name in the results
 * @param collectors the names of the collectors
 */
record Part(String name, Set<String> collectors) {
    static final String WHOLE = "whole refresh";
    static final String LIVENESS = "attachments and notes";
    static final String LIGHT = "live and standard classes";

    static Part whole(List<CollectorStatus> declarations) {
        return of(WHOLE, declarations, declaration -> true);
    }

    /** Returns the parts with several collectors, and one part for each collector. */
    static List<Part> all(List<CollectorStatus> declarations) {
        List<Part> parts = new ArrayList<>();
        parts.add(whole(declarations));
        for (RefreshClass refreshClass : RefreshClass.values()) {
            parts.add(of(refreshClass, declarations));
        }
        parts.add(of(LIGHT, declarations, declaration -> declaration.refreshClass() != RefreshClass.HEAVY));
        parts.add(new Part(LIVENESS, Set.of("attachments", "notes")));
        declarations.forEach(declaration -> parts.add(single(declaration)));
        return parts;
    }

    static Part of(RefreshClass refreshClass, List<CollectorStatus> declarations) {
        return of(nameOf(refreshClass), declarations, declaration -> declaration.refreshClass() == refreshClass);
    }

    static String nameOf(RefreshClass refreshClass) {
        return refreshClass.label() + " class";
    }

    static Part single(CollectorStatus declaration) {
        return new Part(declaration.name(), Set.of(declaration.name()));
    }

    private static Part of(String name, List<CollectorStatus> declarations, Predicate<CollectorStatus> chosen) {
        return new Part(
                name,
                declarations.stream()
                        .filter(chosen)
                        .map(CollectorStatus::name)
                        .collect(Collectors.toCollection(TreeSet::new)));
    }

    boolean isSingle() {
        return collectors.size() == 1;
    }
}
