package io.getindico.metrics.benchmarks;

import io.getindico.metrics.api.engine.CollectorStatus;
import io.getindico.metrics.benchmarks.RefreshResult.Measurement;
import java.io.IOException;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import javax.sql.DataSource;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Measures the contenders in turn, so that other load on the machine affects all of them. */
final class RefreshBenchmark {
    private static final Logger LOG = LoggerFactory.getLogger(RefreshBenchmark.class);

    private static final String OUT_OF_MEMORY = "53200";

    /**
     * The memory limit of a server process. With workers and hash tables of 4 MB each, PostgreSQL 16 needs more for the
     * plugin's queries than a machine has.
     */
    static final long MEMORY_BYTES = 4L << 30;

    private final Server server;
    private final Scenario scenario;
    private final Repetitions repetitions;
    private final List<CollectorStatus> declarations;
    private final Part whole;
    private final Contender floor;
    private final Contender ours;
    private final Contender rebuilt;
    private final Optional<Contender> indico;
    private final Meter meter;
    private final Set<Contender> failed = new HashSet<>();
    private final Map<String, List<Cost>> costs = new LinkedHashMap<>();
    private final List<Measurement> measurements = new ArrayList<>();

    RefreshBenchmark(Server server, Scenario scenario, Repetitions repetitions, Optional<Contender> indico) {
        this.server = server;
        this.scenario = scenario;
        this.repetitions = repetitions;
        this.declarations = Ours.declarations(dataSource());
        this.whole = Part.whole(declarations);
        this.floor = new Floor(declarations);
        this.ours = new Ours(scenario.conditions().workers());
        this.rebuilt = new Plugin(declarations);
        this.indico = indico;
        this.meter = new Meter(server);
    }

    /** Writes the results after each run, so that an interrupted benchmark loses little. */
    void run(Results results) throws SQLException, IOException {
        RefreshResult result = new RefreshResult(
                scenario.name(), scenario.title(), scenario.dataset().factor(), Machine.describe(server), measurements);
        if (scenario.conditions().workers() > 0) {
            server.limitMemory(MEMORY_BYTES);
        }
        if (!scenario.conditions().cold()) {
            warmUp();
        }
        for (int run = 0; run < repetitions.runs(); run++) {
            measureWhole(run);
            if (scenario.inParts()) {
                measureParts(run);
            }
            results.write(scenario.name(), result);
            LOG.info("{}: run {} of {}", scenario.name(), run + 1, repetitions.runs());
        }
    }

    private void measureWhole(int run) throws SQLException, IOException {
        for (Contender contender : contenders()) {
            if (run < repetitions.of(contender) && !failed.contains(contender)) {
                if (scenario.conditions().cold()) {
                    server.restartCold();
                }
                unlessOutOfMemory(contender, () -> measure(contender, whole));
            }
        }
    }

    /** Runs an action. If the server needs more memory than it may use, records that as the result. */
    private void unlessOutOfMemory(Contender contender, Meter.Action action) throws SQLException {
        try {
            action.run();
        } catch (SQLException e) {
            if (!OUT_OF_MEMORY.equals(e.getSQLState())) {
                throw e;
            }
            LOG.info("{}: {} takes too much memory", scenario.name(), contender.name());
            failed.add(contender);
            measurements.add(new Measurement(contender.name(), whole.name(), List.of(), "out of memory"));
        }
    }

    private void measureParts(int run) throws SQLException {
        for (Part part : Part.all(declarations)) {
            if (!part.equals(whole)) {
                measure(floor, part);
                measure(ours, part);
            }
        }
        if (run < repetitions.of(rebuilt)) {
            measureRebuilt();
        }
    }

    /**
     * Returns the contenders that read everything at once. If Indico is not available, the rebuilt queries represent
     * the plugin.
     */
    private List<Contender> contenders() {
        return indico.isPresent()
                ? List.of(floor, ours, indico.get())
                : scenario.inParts() ? List.of(floor, ours) : List.of(floor, ours, rebuilt);
    }

    /** Adds up the parts, because the plugin reads nothing for two gauges at once. */
    private void measureRebuilt() throws SQLException {
        Map<String, Cost> single = new LinkedHashMap<>();
        for (CollectorStatus declaration : declarations) {
            Part part = Part.single(declaration);
            single.put(part.name(), meter.measure(rebuilt, dataSource(), part.collectors()));
        }
        for (Part part : Part.all(declarations)) {
            add(
                    rebuilt,
                    part,
                    part.collectors().stream()
                            .map(single::get)
                            .reduce(Cost::plus)
                            .orElseThrow());
        }
    }

    /** Reads everything once, to fill the caches and to check that all contenders return the same values. */
    private void warmUp() throws SQLException {
        SortedMap<String, Double> values = read(ours);
        Set<Contender> others = new LinkedHashSet<>(contenders());
        others.removeAll(List.of(floor, ours));
        if (scenario.inParts()) {
            others.add(rebuilt);
        }
        for (Contender plugin : others) {
            unlessOutOfMemory(plugin, () -> compare(values, plugin));
        }
        LOG.info("{}: all gauges agree: {}", scenario.name(), values);
    }

    private void compare(SortedMap<String, Double> values, Contender plugin) throws SQLException {
        SortedMap<String, Double> expected = read(plugin);
        if (!values.equals(expected)) {
            throw new IllegalStateException("gauges differ: ours " + values + ", " + plugin.name() + " " + expected);
        }
    }

    private SortedMap<String, Double> read(Contender contender) throws SQLException {
        try (Contender.Reader reader = contender.prepare(dataSource(), whole.collectors())) {
            return reader.read();
        }
    }

    private void measure(Contender contender, Part part) throws SQLException {
        add(contender, part, meter.measure(contender, dataSource(), part.collectors()));
    }

    private void add(Contender contender, Part part, Cost cost) {
        costs.computeIfAbsent(contender.name() + part.name(), key -> {
                    List<Cost> runs = new ArrayList<>();
                    measurements.add(new Measurement(contender.name(), part.name(), runs));
                    return runs;
                })
                .add(cost);
    }

    private DataSource dataSource() {
        return server.dataSource(
                scenario.dataset().database(), scenario.conditions().options());
    }
}
