package io.getindico.metrics.exporter.dashboards;

/** Expressions that compare a family with its own past, also where imported history has one value a day. */
final class Since {
    private Since() {}

    /** The newest value of the last two days. */
    static String latest(String selector) {
        return "last_over_time(" + selector + "[2d])";
    }

    /** The value of so many days ago. */
    static String ago(int days, String selector) {
        return "last_over_time(" + selector + "[2d] offset " + days + "d)";
    }

    /** The value of a week ago. What changes within a day has one value an hour in imported history. */
    static String aWeekAgo(String selector) {
        return "last_over_time(" + selector + "[1h] offset 1w)";
    }

    /** The change over so many days. */
    static String days(int days, String selector) {
        return latest(selector) + " - " + ago(days, selector);
    }
}
