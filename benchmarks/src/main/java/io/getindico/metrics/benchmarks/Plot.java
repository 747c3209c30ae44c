package io.getindico.metrics.benchmarks;

import java.awt.Color;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.knowm.xchart.BitmapEncoder;
import org.knowm.xchart.BitmapEncoder.BitmapFormat;
import org.knowm.xchart.CategoryChart;
import org.knowm.xchart.CategoryChartBuilder;
import org.knowm.xchart.CategorySeries;
import org.knowm.xchart.CategorySeries.CategorySeriesRenderStyle;
import org.knowm.xchart.style.Styler.LegendPosition;

/** A plot of the report: some series of values over the same points. */
final class Plot {
    static final Color GREY = new Color(0x9e9e9e);
    static final Color BLUE = new Color(0x1976d2);
    static final Color ORANGE = new Color(0xef6c00);

    private static final int WIDTH = 800;
    private static final int HEIGHT = 420;
    private static final int SLANT_DEGREES = 30;

    private final CategoryChart chart;
    private final List<?> points;

    private Plot(String title, String x, String y, List<?> points) {
        this.points = points;
        chart = new CategoryChartBuilder()
                .width(WIDTH)
                .height(HEIGHT)
                .title(title)
                .xAxisTitle(x)
                .yAxisTitle(y)
                .build();
        chart.getStyler().setLegendPosition(LegendPosition.OutsideE);
        chart.getStyler().setChartBackgroundColor(Color.WHITE);
    }

    static Plot bars(String title, String y, List<String> points) {
        Plot plot = new Plot(title, "", y, points);
        plot.chart.getStyler().setXAxisLabelRotation(SLANT_DEGREES);
        return plot;
    }

    /** With a logarithmic axis of seconds, and points that grow as fast. */
    static Plot lines(String title, String x, List<? extends Number> points) {
        Plot plot = new Plot(title, x, "seconds", points);
        plot.chart.getStyler().setDefaultSeriesRenderStyle(CategorySeriesRenderStyle.Line);
        plot.chart.getStyler().setOverlapped(true);
        plot.chart.getStyler().setYAxisLogarithmic(true);
        return plot;
    }

    /** Adds a value for each point, null where there is none. */
    Plot series(String name, Color color, List<@Nullable Double> values) {
        CategorySeries series = chart.addSeries(name, points, values);
        series.setFillColor(color);
        series.setLineColor(color);
        series.setMarkerColor(color);
        return this;
    }

    void save(Path file) throws IOException {
        Files.createDirectories(file.getParent());
        BitmapEncoder.saveBitmap(chart, file.toString(), BitmapFormat.PNG);
    }
}
