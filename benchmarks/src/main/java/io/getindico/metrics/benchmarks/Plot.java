package io.getindico.metrics.benchmarks;

import java.awt.Color;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.SortedMap;
import org.jspecify.annotations.Nullable;
import org.knowm.xchart.BitmapEncoder;
import org.knowm.xchart.BitmapEncoder.BitmapFormat;
import org.knowm.xchart.CategoryChart;
import org.knowm.xchart.CategoryChartBuilder;
import org.knowm.xchart.CategorySeries;
import org.knowm.xchart.CategorySeries.CategorySeriesRenderStyle;
import org.knowm.xchart.style.Styler.LegendPosition;

/**
 * A chart of one or more series of values over the same points.
 *
 * @param name the name of the file
 * @param description the alternative text
 * @param title the title above the chart
 * @param x what the points are; empty for a bar chart, otherwise a line chart with a logarithmic axis of values
 * @param y what the values are
 * @param points the points, as strings or numbers
 * @param series the values by name, in alphabetical order; null if a point has no value
 */
record Plot(
        String name,
        String description,
        String title,
        String x,
        String y,
        List<?> points,
        SortedMap<String, List<@Nullable Double>> series) {
    private static final List<Color> COLORS = List.of(new Color(0x9e9e9e), new Color(0x1976d2), new Color(0xef6c00));

    /** Draws the chart, and returns the Markdown that shows it. */
    String save(Path docs) throws IOException {
        CategoryChart chart = new CategoryChartBuilder()
                .width(800)
                .height(420)
                .title(title)
                .xAxisTitle(x)
                .yAxisTitle(y)
                .build();
        chart.getStyler().setLegendPosition(LegendPosition.OutsideE);
        chart.getStyler().setChartBackgroundColor(Color.WHITE);
        if (x.isEmpty()) {
            chart.getStyler().setXAxisLabelRotation(30);
        } else {
            chart.getStyler().setDefaultSeriesRenderStyle(CategorySeriesRenderStyle.Line);
            chart.getStyler().setOverlapped(true);
            chart.getStyler().setYAxisLogarithmic(true);
        }
        int color = COLORS.size() - series.size();
        for (var values : series.entrySet()) {
            CategorySeries drawn = chart.addSeries(values.getKey(), points, values.getValue());
            drawn.setFillColor(COLORS.get(color));
            drawn.setLineColor(COLORS.get(color));
            drawn.setMarkerColor(COLORS.get(color));
            color++;
        }
        Path file = docs.resolve("performance").resolve(name);
        Files.createDirectories(file.getParent());
        BitmapEncoder.saveBitmap(chart, file.toString(), BitmapFormat.PNG);
        return "![%s](performance/%s.png)".formatted(description, name);
    }
}
