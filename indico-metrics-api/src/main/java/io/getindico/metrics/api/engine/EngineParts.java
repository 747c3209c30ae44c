package io.getindico.metrics.api.engine;

import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import javax.sql.DataSource;

/**
 * The objects that the flights of one engine share.
 *
 * @param slots limits the connections of refreshes
 * @param lockWaitPermit the permit to wait for a lock; only one session of an engine does so at a time
 * @param stuck the queries whose threads have not returned; they do not run until then
 */
record EngineParts(
        ReadTransaction.Source source,
        DatabaseContact contact,
        Threads threads,
        ConnectionSlots slots,
        ControlSession controlSession,
        Semaphore lockWaitPermit,
        Set<RegisteredQuery> stuck) {
    private static final int WORK_CONNECTIONS = 2;

    static EngineParts of(DataSource dataSource, EngineSettings settings, Threads threads) {
        ReadTransaction.Source source = new ReadTransaction.Source(dataSource, settings, threads);
        DatabaseContact contact = new DatabaseContact(settings.time());
        return new EngineParts(
                source,
                contact,
                threads,
                new ConnectionSlots(WORK_CONNECTIONS, settings.time()),
                new ControlSession(source, contact, threads),
                new Semaphore(1),
                ConcurrentHashMap.newKeySet());
    }

    EngineSettings settings() {
        return source.settings();
    }

    TimeSource.Moment now() {
        return settings().time().now();
    }
}
