package io.getindico.metrics.exporter.page;

import io.getindico.metrics.api.engine.CollectorStatus;
import io.getindico.metrics.api.engine.CollectorStatus.Outcome;
import io.getindico.metrics.api.engine.DatabaseError;
import io.getindico.metrics.api.engine.FailureReason;
import io.getindico.metrics.api.engine.SkipReason;
import io.getindico.metrics.api.engine.Status;
import io.getindico.metrics.exporter.settings.Durations;
import java.time.Duration;
import java.time.Instant;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The state of the exporter and of each collector. It describes errors in its own words, since the database's words may
 * contain names and addresses.
 */
@SuppressWarnings("InlineFormatString") // HTML reads better in one piece.
final class States {
    private static final String LAST_SUCCESS = "indico_collector_last_success_timestamp_seconds";

    /** In characters of HTML. */
    private static final int LONGEST_TABLE = 20_000;

    private static final String TABLE = """
            <section>
            <h2>Collectors</h2>
            <p class="soft">%s</p>
            <div class="table" role="region" aria-label="Collectors" tabindex="0">
            <table>
            <thead><tr><th scope="col">Collector</th><th scope="col">State</th><th scope="col">Class</th>\
            <th scope="col" class="n">Read</th><th scope="col" class="n">Fresh for</th>\
            <th scope="col" class="n">Took</th><th scope="col" class="n">Of a core</th></tr></thead>
            <tbody>
            %s</tbody>
            </table>
            </div>
            </section>
            """;

    private static final Map<DatabaseError, String> ERRORS = Map.of(
            DatabaseError.UNREACHABLE, "cannot be reached",
            DatabaseError.AUTH, "refuses the login",
            DatabaseError.STARTING, "is starting or stopping",
            DatabaseError.TOO_MANY_CONNECTIONS, "has no connection left",
            DatabaseError.NOT_INDICO, "is not Indico's",
            DatabaseError.CONFLICT, "is a standby and cancelled a query");

    private static final Map<FailureReason, String> FAILURES = Map.of(
            FailureReason.TIMEOUT, "took longer than it may",
            FailureReason.CANCELLED_FOR_LOCK, "the refresh yielded to a session that waited for a lock",
            FailureReason.CONFLICT, "was cancelled by the standby's recovery",
            FailureReason.CONNECTION, "no connection to the database",
            FailureReason.PRIVILEGE, "a privilege is missing",
            FailureReason.SCHEMA, "a table or column is missing",
            FailureReason.QUERY, "the database refused the query",
            FailureReason.SOURCE, "a source other than the database could not be read",
            FailureReason.COLLECTOR_BUG, "a mistake in the collector",
            FailureReason.CHANGED_UNDERNEATH, "a table was rewritten meanwhile");

    private static final Map<SkipReason, String> SKIPS = Map.of(
            SkipReason.TABLE_MISSING, "a table is missing",
            SkipReason.COLUMN_MISSING, "a column is missing",
            SkipReason.PRIVILEGE_MISSING, "a privilege is missing",
            SkipReason.PLUGIN_ABSENT, "its plugin is not installed",
            SkipReason.RELEASE, "Indico is older than what it reads");

    private final Status status;
    private final Figures figures;
    private final Instant askedAt;
    private final Instant now;

    States(Status status, Figures figures, Instant askedAt, Instant now) {
        this.status = status;
        this.figures = figures;
        this.askedAt = askedAt;
        this.now = now;
    }

    String ofExporter(String version) {
        return "<p>" + database() + "</p>\n<p class=\"soft\">Asked at " + Times.second(askedAt)
                + ". Values may be older: the table of collectors shows their ages. Exporter "
                + Html.text(version) + "." + schema() + zone() + "</p>\n";
    }

    private String database() {
        DatabaseError error = status.databaseError();
        if (error != null) {
            return "<span class=\"bad\">✗ Indico's database " + ERRORS.getOrDefault(error, error.label())
                    + ".</span> It is tried again, and values stay until they are too old.";
        }
        if (status.up()) {
            return "<span class=\"good\">✓ Indico's database is reached.</span>";
        }
        return status.revisions().isEmpty()
                ? "Indico's database was not asked yet."
                : "<span class=\"good\">✓ Indico's database was reached</span> when it was last asked; nothing is asked"
                        + " between scrapes.";
    }

    private String schema() {
        String revision = status.revisions().get("alembic_version");
        return revision == null
                ? ""
                : " Indico " + Html.text(status.release()) + ", schema " + Html.text(revision) + ".";
    }

    private String zone() {
        String zone = status.zone();
        return zone == null ? "" : " Room booking is read in " + Html.text(zone) + ".";
    }

    String ofCollectors() {
        Rows rows = new Rows(LONGEST_TABLE);
        // What is wrong comes first, then the costliest.
        status.collectors().stream().filter(States::isBad).map(this::row).forEach(rows::add);
        status.collectors().stream()
                .filter(collector -> !isBad(collector))
                .map(this::row)
                .forEach(rows::add);
        return TABLE.formatted(summary(rows.leftOut()), rows.html());
    }

    private String summary(int leftOut) {
        long failing = status.collectors().stream().filter(States::isBad).count();
        long skipped = count(Outcome.SKIPPED);
        return count(Outcome.SUCCESS) + " of " + status.collectors().size() + " are read"
                + (failing == 0 ? "" : ", " + failing + " fail")
                + (skipped == 0 ? "" : ", " + skipped + " cannot run on this database")
                + (leftOut == 0 ? "" : "; " + leftOut + " are not shown here")
                + ".";
    }

    private long count(Outcome outcome) {
        return status.collectors().stream()
                .filter(collector -> collector.outcome() == outcome)
                .count();
    }

    private static boolean isBad(CollectorStatus collector) {
        return !collector.failureReasons().isEmpty();
    }

    private String row(CollectorStatus collector) {
        boolean isRead = collector.outcome() != Outcome.NEVER_RUN && collector.outcome() != Outcome.SKIPPED;
        return "<tr><th scope=\"row\">" + Html.text(collector.name()) + "</th><td>" + state(collector) + "</td><td>"
                + collector.refreshClass().label() + "</td>" + cell(isRead ? age(collector) : "")
                + cell(Times.coarse(collector.ttl()))
                + cell(isRead ? Durations.measured(collector.lastDuration()) : "")
                + cell(isRead ? percentage(collector.coreRatio()) : "") + "</tr>\n";
    }

    private static String cell(String text) {
        return "<td class=\"n\">" + text + "</td>";
    }

    private static String state(CollectorStatus collector) {
        return switch (collector.outcome()) {
            case NEVER_RUN -> "not read yet";
            case SUCCESS -> "<span class=\"good\">✓ read</span>";
            case PARTIAL ->
                (isBad(collector) ? "<span class=\"bad\">✗ failed in part</span>: " : "✓ read in part: ")
                        + reasons(collector);
            case FAILED -> "<span class=\"bad\">✗ failed</span>: " + reasons(collector);
            case SKIPPED -> "– skipped: " + reasons(collector);
        };
    }

    private static String reasons(CollectorStatus collector) {
        return Stream.concat(
                        collector.failureReasons().stream()
                                .map(reason -> FAILURES.getOrDefault(reason, reason.label())),
                        collector.skipReasons().stream().map(reason -> SKIPS.getOrDefault(reason, reason.label())))
                .collect(Collectors.joining(", "));
    }

    private String age(CollectorStatus collector) {
        OptionalDouble seconds = figures.of(LAST_SUCCESS, collector.name());
        return seconds.isEmpty()
                ? "never"
                : Times.coarse(Duration.between(Instant.ofEpochSecond((long) seconds.getAsDouble()), now)) + " ago";
    }

    private static String percentage(double ratio) {
        return ratio > 0 && ratio < 0.000_05 ? "&lt; 0.01 %" : String.format(Locale.ROOT, "%.2f %%", ratio * 100);
    }
}
