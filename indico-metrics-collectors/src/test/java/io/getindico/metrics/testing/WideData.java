package io.getindico.metrics.testing;

import static java.util.stream.Collectors.toUnmodifiableSet;

import io.getindico.metrics.jooq.IndicoRelease;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/**
 * Golden rows of the wider catalogue, for this project's own tests. The class is in this package because the constructor
 * of {@link GoldenData} is not public.
 */
public final class WideData {
    /** The releases that there are rows of. */
    public static final List<IndicoRelease> RELEASES =
            List.of(IndicoRelease.V3_2_9, IndicoRelease.V3_3_12, IndicoRelease.V3_3_14);

    private WideData() {}

    /** The rows of a release, and the values of the plugin's gauges. */
    public static GoldenData of(IndicoRelease release) {
        return new GoldenData("golden-wide", release);
    }

    /** The values of the wider catalogue. */
    public static List<WideCase> cases(IndicoRelease release) {
        List<WideCase> cases = new ArrayList<>();
        of(release).json("expected-wide.json").forEach(node -> cases.add(WideCase.of(node)));
        return cases;
    }

    /** The names of the families whose values are known. One without rows in a case is not in that case. */
    public static Set<String> families() {
        return RELEASES.stream()
                .flatMap(release -> cases(release).stream())
                .flatMap(wide -> wide.families().keySet().stream())
                .collect(toUnmodifiableSet());
    }
}
