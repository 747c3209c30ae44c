package io.getindico.metrics.exporter.dashboards;

import java.util.ArrayList;
import java.util.List;

/**
 * A board of Grafana.
 *
 * @param name its title after "Indico / "; the file and the address follow from it
 * @param description one sentence
 * @param from the start of the time range, such as {@code now-7d}
 * @param refresh how often it is reloaded, empty for never
 * @param interval the smallest distance between two points, empty for the scrape interval
 * @param instances the family whose labels give the jobs and instances to choose from
 * @param rows its rows
 */
record Board(
        String name,
        String description,
        String from,
        String refresh,
        String interval,
        String instances,
        List<Row> rows) {
    Board(String name, String description, String from, String refresh, String interval, String instances) {
        this(name, description, from, refresh, interval, instances, List.of());
    }

    Board row(Row row) {
        List<Row> more = new ArrayList<>(rows);
        more.add(row);
        return new Board(name, description, from, refresh, interval, instances, List.copyOf(more));
    }

    String title() {
        return "Indico / " + name;
    }

    /** The readable part of the board's address. */
    String uid() {
        return "indico-"
                + name.toLowerCase(java.util.Locale.ROOT).replace(" and ", "-").replace(' ', '-');
    }

    List<Panel> panels() {
        return rows.stream()
                .flatMap(row -> row.lines().stream())
                .flatMap(List::stream)
                .toList();
    }
}
