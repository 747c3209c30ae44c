package io.getindico.metrics.api.engine;

import io.getindico.metrics.api.MetricCollector;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.ServiceConfigurationError;
import java.util.ServiceLoader;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Finds collectors with {@link ServiceLoader}. {@link IndicoMetricsBuilder#discoverCollectors()} is enough for most
 * hosts; this class is for hosts that need the list, for example to load plugins.
 *
 * @since 0.1.0
 */
public final class CollectorDiscovery {
    private static final Logger LOG = LoggerFactory.getLogger(CollectorDiscovery.class);

    /** Limits the attempts, because an unreadable class path fails at every step and never ends. */
    private static final int MAX_BROKEN = 100;

    private CollectorDiscovery() {}

    /**
     * Finds the collectors that a class loader offers. A broken collector is logged and skipped.
     *
     * @param classLoader the class loader to search
     * @param origin names the class loader in the log, such as {@code plugin rooms.jar}
     * @return the collectors, in the order in which they are listed
     */
    public static List<MetricCollector> discover(ClassLoader classLoader, String origin) {
        List<MetricCollector> found = new ArrayList<>();
        Iterator<MetricCollector> providers =
                ServiceLoader.load(MetricCollector.class, classLoader).iterator();
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
    private static String reason(Throwable thrown) {
        Throwable cause = thrown.getCause();
        return firstLine(thrown) + (cause == null ? "" : " (" + firstLine(cause) + ")");
    }

    private static String firstLine(Throwable thrown) {
        return thrown.toString().lines().findFirst().orElse("");
    }
}
