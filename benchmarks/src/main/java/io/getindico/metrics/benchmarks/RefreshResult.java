package io.getindico.metrics.benchmarks;

import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The costs of the contenders in one scenario.
 *
 * @param name the name of the scenario
 * @param title the title of the scenario
 * @param factor the size of the database, 1 for CERN's
 * @param machine the machine and the time
 * @param measurements one for each contender and part
 */
record RefreshResult(String name, String title, double factor, Machine machine, List<Measurement> measurements) {
    /**
     * The runs of one part.
     *
     * @param contender the contender that ran
     * @param part the name of the part
     * @param costs one for each run
     * @param failure why there are no costs; null if there are some
     */
    record Measurement(
            Contender.Name contender,
            String part,
            List<Cost> costs,
            @Nullable String failure) {
        Measurement(Contender.Name contender, String part, List<Cost> costs) {
            this(contender, part, costs, null);
        }
    }

    Cost median(Contender.Name contender, String part) {
        return Cost.median(costs(contender, part));
    }

    /** Returns the contender that represents the plugin: its own code if that was measured, or the rebuilt queries. */
    Contender.Name plugin(String part) {
        return isMeasured(Contender.Name.INDICO, part) ? Contender.Name.INDICO : Contender.Name.PLUGIN;
    }

    /** Returns why the plugin could not be measured; empty if it was. */
    Optional<String> failureOfPlugin(String part) {
        return measurements.stream()
                .filter(measurement -> measurement.part().equals(part))
                .map(Measurement::failure)
                .filter(Objects::nonNull)
                .findFirst();
    }

    Optional<Cost> find(Contender.Name contender, String part) {
        return isMeasured(contender, part) ? Optional.of(median(contender, part)) : Optional.empty();
    }

    private boolean isMeasured(Contender.Name contender, String part) {
        return !costs(contender, part).isEmpty();
    }

    int runs(Contender.Name contender, String part) {
        return costs(contender, part).size();
    }

    private List<Cost> costs(Contender.Name contender, String part) {
        return measurements.stream()
                .filter(measurement -> measurement.contender() == contender)
                .filter(measurement -> measurement.part().equals(part))
                .map(Measurement::costs)
                .findFirst()
                .orElse(List.of());
    }
}
