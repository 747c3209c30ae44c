package io.getindico.metrics.collectors.docs;

import io.getindico.metrics.api.MetricCollector;
import io.getindico.metrics.collectors.InMemoryCompiler;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

/** Code of a page as a collector: what the page leaves out is the imports, and around queries the class. */
final class PageSource {
    private static final String IMPORTS = """
            import static io.getindico.metrics.api.Value.countDistinct;
            import static io.getindico.metrics.api.Value.countRows;
            import static io.getindico.metrics.api.Value.earliest;
            import static io.getindico.metrics.api.Value.latest;
            import static io.getindico.metrics.api.Value.max;
            import static io.getindico.metrics.api.Value.min;
            import static io.getindico.metrics.api.Value.one;
            import static io.getindico.metrics.api.Value.scalar;
            import static io.getindico.metrics.api.Value.sum;
            import static io.getindico.metrics.jooq.event_abstracts.tables.Abstracts.ABSTRACTS;
            import static io.getindico.metrics.jooq.events.tables.Contributions.CONTRIBUTIONS;
            import static io.getindico.metrics.jooq.events.tables.Events.EVENTS;
            import static io.getindico.metrics.jooq.events.tables.Notes.NOTES;
            import static io.getindico.metrics.jooq.events.tables.PaymentTransactions.PAYMENT_TRANSACTIONS;
            import static io.getindico.metrics.jooq.events.tables.Requests.REQUESTS;
            import static io.getindico.metrics.jooq.roombooking.tables.Locations.LOCATIONS;
            import static io.getindico.metrics.jooq.roombooking.tables.Reservations.RESERVATIONS;
            import static io.getindico.metrics.jooq.roombooking.tables.Rooms.ROOMS;
            import static org.jooq.impl.DSL.*;
            import io.getindico.metrics.api.*;
            import io.getindico.metrics.jooq.enums.*;
            import java.io.IOException;
            import java.nio.file.*;
            import java.time.Duration;
            import java.util.List;
            import org.jooq.DatePart;
            import org.jooq.impl.*;
            """;
    private static final Pattern FAMILY = Pattern.compile("MetricFamily (\\w+) =");
    private static final Pattern SETTING = Pattern.compile("CollectorSetting<\\w+> (\\w+) =");
    private static final Pattern CLASS = Pattern.compile("public final class (\\w+) ");

    private PageSource() {}

    /** Constants up to the first empty line, and then queries. */
    static MetricCollector ofQueries(String block) throws IOException {
        int end = block.indexOf("\n\n");
        String constants = block.substring(0, end);
        String text =
                """
                public final class PageCollector implements MetricCollector {
                %s
                    @Override public String name() { return "page"; }
                    @Override public List<MetricFamily> families() { return List.of(%s); }
                    @Override public List<CollectorSetting<?>> settings() { return List.of(%s); }
                    @Override public List<FamilyQuery> queries(CollectionContext context) { return List.of(%s); }
                }
                """.formatted(constants, names(FAMILY, constants), names(SETTING, constants), block.substring(end));
        return ofClass(text);
    }

    static MetricCollector ofClass(String block) throws IOException {
        String name = CLASS.matcher(block).results().findFirst().orElseThrow().group(1);
        Map<String, byte[]> classes = InMemoryCompiler.compile(name, IMPORTS + block);
        ClassLoader loader = new ClassLoader(PageSource.class.getClassLoader()) {
            @Override
            protected Class<?> findClass(String type) throws ClassNotFoundException {
                byte[] bytes = classes.get(type);
                if (bytes == null) {
                    throw new ClassNotFoundException(type);
                }
                return defineClass(type, bytes, 0, bytes.length);
            }
        };
        try {
            return (MetricCollector)
                    loader.loadClass(name).getDeclaredConstructor().newInstance();
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException(e);
        }
    }

    private static String names(Pattern declaration, String constants) {
        List<String> names = declaration
                .matcher(constants)
                .results()
                .map(match -> match.group(1))
                .toList();
        return String.join(", ", names);
    }
}
