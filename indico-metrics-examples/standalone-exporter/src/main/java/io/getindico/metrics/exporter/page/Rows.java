package io.getindico.metrics.exporter.page;

/** The rows of a table, up to a number of characters. The rest is counted. */
final class Rows {
    private final StringBuilder html = new StringBuilder();
    private final int limit;
    private int leftOut;

    Rows(int limit) {
        this.limit = limit;
    }

    void add(String row) {
        if (leftOut == 0 && html.length() + row.length() <= limit) {
            html.append(row);
        } else {
            leftOut++;
        }
    }

    String html() {
        return html.toString();
    }

    int leftOut() {
        return leftOut;
    }
}
