package io.getindico.metrics.api.engine;

import static java.util.stream.Collectors.joining;

import io.getindico.metrics.api.FamilyQuery;
import io.getindico.metrics.api.MetricFamily;
import java.time.Instant;
import java.time.ZoneId;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The statements of queries as an SQL script, for people who want to know what is read. */
final class StatementScript {
    private final @Nullable ZoneId zone;
    private final Instant now;
    private final Set<String> sets = new HashSet<>();
    private final StringBuilder text = new StringBuilder();

    private StatementScript(@Nullable ZoneId zone, Instant now) {
        this.zone = zone;
        this.now = now;
    }

    static String of(Collection<RegisteredQuery> queries, @Nullable ZoneId zone, Instant now) {
        StatementScript script = new StatementScript(zone, now);
        if (zone == null) {
            script.append("the zone, if a query needs it", new QueryRecorder(null).record(IndicoZone.query()));
        }
        queries.forEach(script::append);
        return script.text.toString();
    }

    private void append(RegisteredQuery query) {
        RegisteredCollector collector = query.collector();
        String families =
                query.families().stream().map(MetricFamily::name).sorted().collect(joining(", "));
        String subject = collector.name() + ": " + families;
        if (query.flaw() != null || query.isCollect()) {
            text.append("-- ").append(subject).append("; no statement that is known beforehand\n\n");
            return;
        }
        List<FamilyQuery> all = collector.collector().queries(new QueryContext(now, collector.settings()));
        QueryRecorder recorder = new QueryRecorder(zone);
        String statement = recorder.record(
                all.get(query.index()).plan(query.families()::contains).select());
        recorder.sets().forEach((name, statements) -> {
            if (sets.add(name)) {
                statements.forEach(set -> append("the set '" + name + "'", set));
            }
        });
        append(query.since() == null ? subject : subject + "; since Indico " + query.since(), statement);
    }

    private void append(String comment, String statement) {
        text.append("-- ").append(comment).append('\n').append(statement).append(";\n\n");
    }
}
