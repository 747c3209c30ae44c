package io.getindico.metrics.benchmarks;

import io.getindico.metrics.benchmarks.Contender.Name;
import io.getindico.metrics.benchmarks.NeighbourResult.Beside;
import java.awt.Color;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.knowm.xchart.BitmapEncoder;
import org.knowm.xchart.BitmapEncoder.BitmapFormat;
import org.knowm.xchart.CategoryChart;
import org.knowm.xchart.CategoryChartBuilder;
import org.knowm.xchart.XYChart;
import org.knowm.xchart.XYChartBuilder;
import org.knowm.xchart.internal.chartpart.Chart;
import org.knowm.xchart.style.AxesChartStyler;
import org.knowm.xchart.style.Styler.LegendPosition;

/** The plots of the report. */
final class Charts {
    private static final int WIDTH = 800;
    private static final int HEIGHT = 420;
    private static final int SLANT_DEGREES = 30;

    private static final Color GREY = new Color(0x9e9e9e);
    private static final Color BLUE = new Color(0x1976d2);
    private static final Color ORANGE = new Color(0xef6c00);

    private static final String FLOOR = "floor";
    private static final String OURS = "ours";
    private static final String PLUGIN = "plugin";

    private final Path folder;

    Charts(Path folder) {
        this.folder = folder;
    }

    /** How each contender's time grows with the database. */
    void growth(List<RefreshResult> sizes) throws IOException {
        List<RefreshResult> sorted = sizes.stream()
                .sorted(Comparator.comparingDouble(RefreshResult::factor))
                .toList();
        XYChart chart = lines("Whole refresh", "rows, 1 for CERN's");
        List<Double> factors = sorted.stream().map(RefreshResult::factor).toList();
        chart.addSeries(FLOOR, factors, walls(sorted, result -> Name.FLOOR, Part.WHOLE));
        chart.addSeries(OURS, factors, walls(sorted, result -> Name.OURS, Part.WHOLE));
        chart.addSeries(PLUGIN, factors, walls(sorted, result -> result.plugin(Part.WHOLE), Part.WHOLE));
        chart.getStyler().setSeriesColors(new Color[] {GREY, BLUE, ORANGE});
        save("growth", chart);
    }

    /** What the conditions do to each contender. */
    void conditions(List<RefreshResult> results) throws IOException {
        CategoryChart chart = bars("Whole refresh", "seconds");
        List<String> titles =
                results.stream().map(result -> result.title().replace("`", "")).toList();
        chart.addSeries(FLOOR, titles, walls(results, result -> Name.FLOOR, Part.WHOLE));
        chart.addSeries(OURS, titles, walls(results, result -> Name.OURS, Part.WHOLE));
        chart.addSeries(PLUGIN, titles, walls(results, result -> result.plugin(Part.WHOLE), Part.WHOLE));
        chart.getStyler().setSeriesColors(new Color[] {GREY, BLUE, ORANGE});
        save("conditions", chart);
    }

    /** What a queue of category changes does. */
    void storm(List<RefreshResult> storms) throws IOException {
        XYChart chart = lines("Livesync gauges", "category changes");
        chart.addSeries(OURS, StormBenchmark.ENTRIES, walls(storms, result -> Name.OURS, StormBenchmark.LIVESYNC));
        chart.addSeries(PLUGIN, StormBenchmark.ENTRIES, walls(storms, result -> Name.PLUGIN, StormBenchmark.LIVESYNC));
        chart.getStyler().setSeriesColors(new Color[] {BLUE, ORANGE});
        save("storm", chart);
    }

    /** What Indico waits. */
    void neighbours(List<Beside> besides) throws IOException {
        CategoryChart chart = bars("Indico's own statements beside heavy refreshes, p99", "milliseconds");
        List<String> whats = besides.stream().map(Beside::what).toList();
        chart.addSeries(
                "reads",
                whats,
                besides.stream().map(beside -> beside.reads().p99()).toList());
        chart.addSeries(
                "writes",
                whats,
                besides.stream().map(beside -> beside.writes().p99()).toList());
        save("neighbours", chart);
    }

    private static List<@Nullable Double> walls(
            List<RefreshResult> results, Function<RefreshResult, Name> contender, String part) {
        return results.stream()
                .map(result -> wall(result, contender.apply(result), part))
                .toList();
    }

    /** None where it failed. */
    private static @Nullable Double wall(RefreshResult result, Name contender, String part) {
        return result.find(contender, part).map(Cost::wallSeconds).orElse(null);
    }

    private static XYChart lines(String title, String x) {
        XYChart chart = new XYChartBuilder()
                .width(WIDTH)
                .height(HEIGHT)
                .title(title)
                .xAxisTitle(x)
                .yAxisTitle("seconds")
                .build();
        chart.getStyler().setXAxisLogarithmic(true);
        chart.getStyler().setYAxisLogarithmic(true);
        style(chart.getStyler());
        return chart;
    }

    private static CategoryChart bars(String title, String y) {
        CategoryChart chart = new CategoryChartBuilder()
                .width(WIDTH)
                .height(HEIGHT)
                .title(title)
                .yAxisTitle(y)
                .build();
        chart.getStyler().setXAxisLabelRotation(SLANT_DEGREES);
        style(chart.getStyler());
        return chart;
    }

    private static void style(AxesChartStyler styler) {
        styler.setLegendPosition(LegendPosition.OutsideE);
        styler.setChartBackgroundColor(Color.WHITE);
    }

    private void save(String name, Chart<?, ?> chart) throws IOException {
        Files.createDirectories(folder);
        BitmapEncoder.saveBitmap(chart, folder.resolve(name).toString(), BitmapFormat.PNG);
    }
}
