package io.getindico.metrics.exporter.http;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.getindico.metrics.api.engine.CollectorStatus;
import io.getindico.metrics.api.engine.DatabaseError;
import io.getindico.metrics.api.engine.FailureReason;
import io.getindico.metrics.api.engine.IndicoMetrics;
import io.getindico.metrics.api.engine.SkipReason;
import io.getindico.metrics.api.engine.Status;
import io.getindico.metrics.exporter.settings.Durations;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * {@code /}: the state of the exporter, for people. It describes errors in its own words, since the database's words
 * may contain names and addresses. If a token guards the metrics and the request does not send it, the page shows only
 * the links.
 */
@SuppressWarnings("InlineFormatString") // A page reads better in one piece.
public final class LandingPage {
    static final String STYLE = """
            :root { color-scheme: light dark; --ink: #1d2733; --soft: #566573; --paper: #fff; --line: #d5dbe1;
              --good: #116329; --bad: #a40e26; --link: #0b57a4; }
            @media (prefers-color-scheme: dark) { :root { --ink: #e6edf3; --soft: #9aa7b4; --paper: #12171d;
              --line: #313a44; --good: #56d364; --bad: #ff8f87; --link: #79b8ff; } }
            body { background: var(--paper); color: var(--ink); font: 16px/1.5 system-ui, sans-serif; margin: 0 auto;
              max-width: 62rem; padding: 1.5rem; }
            h1 { font-size: 1.5rem; margin: 0; } h2 { font-size: 1.15rem; margin: 2rem 0 .5rem; }
            p { margin: .25rem 0; } .soft { color: var(--soft); } a { color: var(--link); }
            nav a { display: inline-block; padding: .25rem 1rem .25rem 0; }
            .good { color: var(--good); font-weight: 600; } .bad { color: var(--bad); font-weight: 600; }
            .table { overflow-x: auto; } table { border-collapse: collapse; width: 100%; }
            th, td { border-bottom: 1px solid var(--line); padding: .4rem .9rem .4rem 0; text-align: left;
              vertical-align: top; } th { color: var(--soft); font-weight: 600; }
            .number { text-align: right; font-variant-numeric: tabular-nums; white-space: nowrap; }
            """;

    /** {@code check} recognizes an exporter by this title. */
    public static final String TITLE = "<title>Indico metrics</title>";

    private static final String PAGE = """
            <!DOCTYPE html>
            <html lang="en">
            <head>
            <meta charset="utf-8">
            <meta name="viewport" content="width=device-width, initial-scale=1">
            %s
            <style>%s</style>
            </head>
            <body>
            <h1>Indico metrics</h1>
            %s
            </body>
            </html>
            """;

    /** Relative, since a proxy may serve this page under a prefix. */
    private static final String LINKS = """
            <nav><a href="metrics">/metrics</a><a href="-/healthy">/-/healthy</a><a href="-/ready">/-/ready</a></nav>
            """;

    private static final String LOCKED = """
            <p class="soft">A token guards the metrics and the state of the collectors: send it in an Authorization header.</p>
            """;

    private static final String TABLE = """
            <h2>Collectors</h2>
            <div class="table">
            <table>
            <thead><tr><th>Collector</th><th>State</th><th>Class</th><th class="number">Fresh for</th>\
            <th class="number">Last reading</th><th class="number">Series at most</th></tr></thead>
            <tbody>
            %s</tbody>
            </table>
            </div>
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

    private final IndicoMetrics metrics;
    private final String version;

    public LandingPage(IndicoMetrics metrics, String version) {
        this.metrics = metrics;
        this.version = version;
    }

    Reply reply(boolean isAuthorized) {
        String content = isAuthorized ? details(metrics.status()) : LINKS + LOCKED;
        return Reply.ok(
                "text/html; charset=utf-8",
                PAGE.formatted(TITLE, STYLE, content).getBytes(UTF_8));
    }

    private String details(Status status) {
        return "<p class=\"soft\">Version " + escape(version) + "</p>\n" + LINKS + "<h2>Database</h2>\n<p>"
                + database(status) + "</p>\n" + revisions(status) + zone(status.zone())
                + TABLE.formatted(
                        status.collectors().stream().map(LandingPage::row).collect(Collectors.joining()));
    }

    private static String database(Status status) {
        DatabaseError error = status.databaseError();
        if (error != null) {
            return "<span class=\"bad\">✗ Indico's database " + ERRORS.getOrDefault(error, error.label())
                    + "</span>; it is tried again, and values stay until they are too old.";
        }
        if (status.up()) {
            return "<span class=\"good\">✓ reached</span>";
        }
        return status.revisions().isEmpty()
                ? "not asked yet"
                : "<span class=\"good\">✓ reached</span> when it was last asked; nothing is asked between scrapes.";
    }

    private static String revisions(Status status) {
        if (status.revisions().isEmpty()) {
            return "";
        }
        return "<p class=\"soft\">Schema: "
                + status.revisions().entrySet().stream()
                        .map(entry -> escape(entry.getKey()) + " " + escape(entry.getValue()))
                        .collect(Collectors.joining(", "))
                + "</p>\n";
    }

    private static String zone(@Nullable String zone) {
        return zone == null ? "" : "<p class=\"soft\">Room booking is read in " + escape(zone) + "</p>\n";
    }

    private static String row(CollectorStatus collector) {
        return "<tr><td>" + escape(collector.name()) + "</td><td>" + state(collector) + "</td><td>"
                + collector.refreshClass().label() + "</td><td class=\"number\">" + Durations.format(collector.ttl())
                + "</td><td class=\"number\">" + lastReading(collector) + "</td><td class=\"number\">"
                + collector.maxSeries() + "</td></tr>\n";
    }

    private static String state(CollectorStatus collector) {
        return switch (collector.outcome()) {
            case NEVER_RUN -> "not read yet";
            case SUCCESS -> "<span class=\"good\">✓ read</span>";
            case PARTIAL ->
                (collector.failureReasons().isEmpty()
                                ? "✓ read in part: "
                                : "<span class=\"bad\">✗ failed in part</span>: ")
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

    private static String lastReading(CollectorStatus collector) {
        return switch (collector.outcome()) {
            case NEVER_RUN, SKIPPED -> "";
            case SUCCESS, PARTIAL, FAILED -> Durations.measured(collector.lastDuration());
        };
    }

    static String escape(String text) {
        return text.replace("&", "&amp;")
                .replace("<", "&lt;")
                .replace(">", "&gt;")
                .replace("\"", "&quot;")
                .replace("'", "&#39;");
    }
}
