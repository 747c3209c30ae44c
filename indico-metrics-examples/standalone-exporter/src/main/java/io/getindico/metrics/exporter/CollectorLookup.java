package io.getindico.metrics.exporter;

import io.getindico.metrics.api.MetricCollector;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.ServiceConfigurationError;
import java.util.ServiceLoader;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Finds the collectors that one class loader offers. It reports a broken provider and leaves it out. */
final class CollectorLookup {
    private static final Logger LOG = LoggerFactory.getLogger(CollectorLookup.class);

    /** Ends the loop if the list of providers cannot be read, since then every step fails. */
    private static final int MAX_BROKEN = 100;

    private CollectorLookup() {}

    static List<MetricCollector> in(ClassLoader loader, String origin) {
        List<MetricCollector> found = new ArrayList<>();
        Iterator<MetricCollector> providers =
                ServiceLoader.load(MetricCollector.class, loader).iterator();
        for (int broken = 0; broken < MAX_BROKEN; ) {
            try {
                if (!providers.hasNext()) {
                    break;
                }
                found.add(providers.next());
            } catch (ServiceConfigurationError | LinkageError e) {
                broken++;
                LOG.error("{}: a collector is broken and left out: {}", origin, reason(e));
            }
        }
        return found;
    }

    /** One line. It includes the cause, since only the cause shows what a constructor threw. */
    static String reason(Throwable thrown) {
        String line = firstLine(thrown);
        Throwable cause = thrown.getCause();
        return cause == null ? line : line + " (" + firstLine(cause) + ")";
    }

    private static String firstLine(Throwable thrown) {
        return thrown.toString().lines().findFirst().orElse("");
    }
}
