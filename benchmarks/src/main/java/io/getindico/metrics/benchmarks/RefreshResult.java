package io.getindico.metrics.benchmarks;

import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What the contenders took in one scenario.
 *
 * @param name the scenario's
 * @param title the scenario's
 * @param factor the database's size
 * @param machine where
 * @param measurements of each contender and part
 */
record RefreshResult(String name, String title, double factor, Machine machine, List<Measurement> measurements) {
    /**
     * The runs of one part.
     *
     * @param contender whose
     * @param part its name
     * @param costs one for each run
     * @param failure why there are none
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

    /** Who stands for the plugin: itself, where it was measured, or its rebuilt queries. */
    Contender.Name plugin(String part) {
        return isMeasured(Contender.Name.INDICO, part) ? Contender.Name.INDICO : Contender.Name.PLUGIN;
    }

    /** Why the plugin could not be measured. */
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
