package io.getindico.metrics.testing;

import io.getindico.metrics.api.FamilyQuery;
import io.getindico.metrics.api.MetricCollector;
import io.getindico.metrics.api.MetricFamily;
import java.util.NavigableSet;
import java.util.Optional;
import java.util.TreeSet;

/**
 * The release of Indico that a family needs. The class is in this package because {@link RenderedQueries} is not public.
 */
public final class FamilyReleases {
    private FamilyReleases() {}

    /** Returns the releases that the queries of a family need; empty if all of them work on every release. */
    public static NavigableSet<String> of(MetricFamily family, MetricCollector collector) {
        NavigableSet<String> releases = new TreeSet<>();
        RenderedQueries.of(collector).queries().stream()
                .filter(query -> query.families().contains(family))
                .map(FamilyQuery::since)
                .flatMap(Optional::stream)
                .forEach(releases::add);
        return releases;
    }
}
