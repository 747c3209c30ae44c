package io.getindico.metrics.exporter.commands;

import io.getindico.metrics.exporter.http.ExpositionFormat;
import io.getindico.metrics.exporter.plugins.JarClasses;
import io.getindico.metrics.exporter.settings.Options;
import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.jooq.SQLDialect;
import org.jooq.exception.DataAccessException;
import org.jooq.impl.DSL;
import org.jooq.tools.jdbc.MockConnection;
import org.jooq.tools.jdbc.MockDataProvider;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Loads the classes for pages, failures and the shutdown before the exporter serves. Java reads a class from its jar at
 * first use, and by then an upgrade may have replaced the jar.
 */
final class EarlyClasses {
    private static final Logger LOG = LoggerFactory.getLogger(EarlyClasses.class);

    private static final List<String> OURS =
            List.of("io/getindico/metrics/api/", "io/getindico/metrics/collectors/", "io/getindico/metrics/exporter/");

    /** All classes of these packages are loaded, because it is unknown which of them a failure needs. */
    private static final Set<String> PACKAGES = Set.of(
            "io/prometheus/metrics/core/datapoints/",
            "io/prometheus/metrics/core/metrics/",
            "io/prometheus/metrics/model/registry/",
            "io/prometheus/metrics/model/snapshots/",
            "org/apache/commons/dbcp2/",
            "org/apache/commons/pool2/",
            "org/apache/commons/pool2/impl/",
            "org/eclipse/jetty/http/",
            "org/eclipse/jetty/io/",
            "org/eclipse/jetty/io/internal/",
            "org/eclipse/jetty/server/",
            "org/eclipse/jetty/server/handler/",
            "org/eclipse/jetty/server/internal/",
            "org/eclipse/jetty/util/",
            "org/eclipse/jetty/util/component/",
            "org/eclipse/jetty/util/thread/",
            "org/eclipse/jetty/util/thread/strategy/",
            "org/jooq/exception/",
            "org/postgresql/",
            "org/postgresql/core/",
            "org/postgresql/core/v3/",
            "org/postgresql/gss/",
            "org/postgresql/hostchooser/",
            "org/postgresql/jdbc/",
            "org/postgresql/ssl/",
            "org/postgresql/util/",
            "org/slf4j/event/",
            "org/slf4j/helpers/",
            "org/slf4j/jul/");

    private static final Set<String> OF_WEB_CONFIG = Set.of(
            "org/eclipse/jetty/io/content/",
            "org/eclipse/jetty/io/ssl/",
            "org/eclipse/jetty/util/ssl/",
            "org/springframework/security/crypto/bcrypt/");

    private static final String OURS_FOR_OTLP = "io/getindico/metrics/exporter/otlp/";

    private static final Set<String> OF_OTLP = Set.of(
            "io/opentelemetry/api/common/",
            "io/opentelemetry/exporter/internal/",
            "io/opentelemetry/exporter/internal/marshal/",
            "io/opentelemetry/exporter/internal/metrics/",
            "io/opentelemetry/exporter/internal/otlp/",
            "io/opentelemetry/exporter/internal/otlp/metrics/",
            "io/opentelemetry/exporter/otlp/http/metrics/",
            "io/opentelemetry/exporter/otlp/internal/",
            "io/opentelemetry/exporter/sender/jdk/internal/",
            "io/opentelemetry/sdk/common/",
            "io/opentelemetry/sdk/common/export/",
            "io/opentelemetry/sdk/common/internal/",
            "io/opentelemetry/sdk/metrics/data/",
            "io/opentelemetry/sdk/metrics/internal/data/",
            "io/opentelemetry/sdk/resources/");

    private static final String OF_PROCESS_METRICS = "io/prometheus/metrics/instrumentation/jvm/";

    private EarlyClasses() {}

    /** Loads the exporter's classes, and those that the options need, if it was started from jars. */
    static void load(Options options) {
        boolean isOtlp = options.otlpEndpoint != null;
        Predicate<String> isWanted =
                entry -> (OURS.stream().anyMatch(entry::startsWith) && (isOtlp || !entry.startsWith(OURS_FOR_OTLP)))
                        || PACKAGES.contains(packageOf(entry))
                        || (options.webConfigFile != null && OF_WEB_CONFIG.contains(packageOf(entry)))
                        || (isOtlp && OF_OTLP.contains(packageOf(entry)))
                        || (options.processMetrics && OF_PROCESS_METRICS.equals(packageOf(entry)));
        Stream.of(System.getProperty("java.class.path").split(File.pathSeparator, -1))
                .map(Path::of)
                .filter(Files::isRegularFile)
                .forEach(jar -> JarClasses.load(jar, isWanted, EarlyClasses.class.getClassLoader()));
        ExpositionFormat.load();
        failToRead();
    }

    private static String packageOf(String entry) {
        return entry.substring(0, entry.lastIndexOf('/') + 1);
    }

    /** Runs one failing statement to load jOOQ's classes for failures, since jOOQ is too large to load completely. */
    private static void failToRead() {
        MockDataProvider failing = context -> {
            throw new SQLException("fails on purpose", "XX000");
        };
        try {
            DSL.using(new MockConnection(failing), SQLDialect.POSTGRES)
                    .select(DSL.inline(1))
                    .fetch();
        } catch (DataAccessException e) {
            LOG.trace("the statement failed, as it should", e);
        }
    }
}
