package io.getindico.metrics.benchmarks;

/**
 * How often a measurement is repeated.
 *
 * @param runs at most, of all but the plugin
 * @param pluginRuns the plugin's, which take longest
 */
record Repetitions(int runs, int pluginRuns) {
    int of(Contender contender) {
        return switch (contender.name()) {
            case FLOOR, OURS -> runs;
            case PLUGIN, INDICO -> Math.min(runs, pluginRuns);
        };
    }
}
