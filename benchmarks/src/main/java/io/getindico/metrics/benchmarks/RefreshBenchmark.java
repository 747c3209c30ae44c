package io.getindico.metrics.benchmarks;

import io.getindico.metrics.api.engine.CollectorStatus;
import io.getindico.metrics.benchmarks.RefreshResult.Measurement;
import java.io.IOException;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import javax.sql.DataSource;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Measures the contenders in turn, so that what else the machine does falls on all of them. */
final class RefreshBenchmark {
    private static final Logger LOG = LoggerFactory.getLogger(RefreshBenchmark.class);

    private final Server server;
    private final Scenario scenario;
    private final Repetitions repetitions;
    private final List<CollectorStatus> declarations;
    private final Meter meter;
    private final Map<String, List<Cost>> costs = new LinkedHashMap<>();
    private final List<Measurement> measurements = new ArrayList<>();

    RefreshBenchmark(Server server, Scenario scenario, Repetitions repetitions) {
        this.server = server;
        this.scenario = scenario;
        this.repetitions = repetitions;
        this.declarations = Ours.declarations(dataSource());
        this.meter = new Meter(server);
    }

    RefreshResult run() throws SQLException, IOException {
        Machine machine = Machine.describe(server);
        Contender floor = new Floor(declarations);
        Contender ours = new Ours(scenario.conditions().workers());
        Contender plugin = new Plugin(declarations);
        if (scenario.conditions().cold()) {
            Part whole = Part.whole(declarations);
            for (int run = 0; run < repetitions.runs(); run++) {
                measureCold(floor, whole);
                measureCold(ours, whole);
                if (run < repetitions.pluginRuns()) {
                    measureCold(plugin, whole);
                }
            }
        } else {
            List<Part> parts = Part.all(declarations);
            measureWarm(parts, floor, ours, plugin);
        }
        return new RefreshResult(
                scenario.name(), scenario.title(), scenario.dataset().factor(), machine, measurements);
    }

    private void measureWarm(List<Part> parts, Contender floor, Contender ours, Contender plugin) throws SQLException {
        warmUp(ours, plugin, Part.whole(declarations));
        for (int run = 0; run < repetitions.runs(); run++) {
            for (Part part : parts) {
                measure(floor, part);
                measure(ours, part);
            }
            if (run < repetitions.pluginRuns()) {
                measureSums(plugin, parts);
            }
            LOG.info("{}: run {} of {}", scenario.name(), run + 1, repetitions.runs());
        }
    }

    /** Nothing that the plugin reads is of use for a second gauge, so its refreshes are the sums of their parts. */
    private void measureSums(Contender plugin, List<Part> parts) throws SQLException {
        Map<String, Cost> single = new LinkedHashMap<>();
        for (Part part : parts) {
            if (part.isSingle()) {
                single.put(part.name(), meter.measure(() -> plugin.read(dataSource(), part.collectors())));
            }
        }
        for (Part part : parts) {
            add(
                    plugin,
                    part,
                    part.collectors().stream()
                            .map(single::get)
                            .reduce(Cost::plus)
                            .orElseThrow());
        }
    }

    /** The first run reads all into memory, and tells whether what is compared is the same. */
    private void warmUp(Contender ours, Contender plugin, Part whole) throws SQLException {
        SortedMap<String, Double> expected = plugin.read(dataSource(), whole.collectors());
        SortedMap<String, Double> values = ours.read(dataSource(), whole.collectors());
        if (!values.equals(expected)) {
            throw new IllegalStateException("gauges differ: ours " + values + ", the plugin's " + expected);
        }
        LOG.info("{}: all gauges agree: {}", scenario.name(), values);
    }

    private void measureCold(Contender contender, Part part) throws SQLException, IOException {
        server.restartCold();
        // What every session reads from the catalog is not what is measured.
        server.execute(scenario.dataset().database(), "SELECT 1");
        measure(contender, part);
        LOG.info("{}: {}", scenario.name(), contender.name());
    }

    private void measure(Contender contender, Part part) throws SQLException {
        add(contender, part, meter.measure(() -> contender.read(dataSource(), part.collectors())));
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
