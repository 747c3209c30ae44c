package io.getindico.metrics.api.engine;

import io.getindico.metrics.api.MetricCollector;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.ServiceConfigurationError;
import java.util.ServiceLoader;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Finds collectors with {@link ServiceLoader}. Logs and skips a broken provider. */
final class CollectorDiscovery {
    private static final Logger LOG = LoggerFactory.getLogger(CollectorDiscovery.class);

    /** Limits the attempts, because an unreadable class path fails at every step and never ends. */
    private static final int MAX_BROKEN = 100;

    private CollectorDiscovery() {}

    static List<MetricCollector> discover(ClassLoader classLoader) {
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
                LOG.error("a collector found on the class path is broken and left out: {}", e.toString());
            }
        }
        return found;
    }
}
