package io.getindico.metrics.benchmarks;

/**
 * How often a measurement is repeated.
 *
 * @param runs how often all contenders except the plugin run, at most
 * @param pluginRuns how often the plugin, which takes longest, runs
 */
record Repetitions(int runs, int pluginRuns) {
    int of(Contender contender) {
        return switch (contender.name()) {
            case FLOOR, OURS -> runs;
            case PLUGIN, INDICO -> Math.min(runs, pluginRuns);
        };
    }
}
