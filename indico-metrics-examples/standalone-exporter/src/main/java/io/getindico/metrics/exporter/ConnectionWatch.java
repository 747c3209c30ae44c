package io.getindico.metrics.exporter;

import java.time.Duration;
import java.util.Comparator;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.eclipse.jetty.io.Connection;

/**
 * Bounds connections in number and in time. A request must have arrived, and an answer must have been taken, by a
 * deadline that no trickle of bytes moves; when there are too many connections, one that idles between two requests
 * goes, or else the one nearest to its deadline, so that idle ones never keep a scrape out.
 */
final class ConnectionWatch implements Connection.Listener {
    static final int MAX_CONNECTIONS = 128;

    private final Map<Connection, State> open = new ConcurrentHashMap<>();
    private final RejectedRequests rejected;
    private final Limits limits;

    /**
     * How long a client may take.
     *
     * @param arrival for the first request to arrive on a new connection
     * @param answer to take an answer
     * @param idle for the next request to arrive on a connection that is kept open
     */
    record Limits(Duration arrival, Duration answer, Duration idle) {
        static final Limits DEFAULT =
                new Limits(Duration.ofSeconds(10), Duration.ofSeconds(30), Duration.ofSeconds(75));
    }

    /** What a connection is doing, and how long it may. */
    private record State(Phase phase, long deadline, long bytesIn) {}

    private enum Phase {
        ARRIVING,
        IDLE,
        HANDLING,
        ANSWERING
    }

    ConnectionWatch(RejectedRequests rejected, Limits limits) {
        this.rejected = rejected;
        this.limits = limits;
    }

    @Override
    public void onOpened(Connection connection) {
        open.put(
                connection,
                new State(Phase.ARRIVING, System.nanoTime() + limits.arrival().toNanos(), 0));
        closeSupernumerary();
    }

    private synchronized void closeSupernumerary() {
        long now = System.nanoTime();
        while (open.size() > MAX_CONNECTIONS) {
            Map.Entry<Connection, State> next = open.entrySet().stream()
                    .filter(entry -> entry.getValue().phase() != Phase.HANDLING)
                    .min(Comparator.comparing((Map.Entry<Connection, State> entry) -> !isIdle(entry))
                            .thenComparingLong(entry -> entry.getValue().deadline() - now))
                    .orElse(null);
            if (next == null) {
                return;
            }
            refuse(next.getKey(), !isIdle(next));
        }
    }

    private static boolean isIdle(Map.Entry<Connection, State> entry) {
        return entry.getValue().phase() == Phase.IDLE;
    }

    @Override
    public void onClosed(Connection connection) {
        open.remove(connection);
    }

    void handling(Connection connection) {
        enter(connection, Phase.HANDLING, Duration.ZERO);
    }

    void answering(Connection connection) {
        enter(connection, Phase.ANSWERING, limits.answer());
    }

    void answered(Connection connection) {
        enter(connection, Phase.IDLE, limits.idle());
    }

    private void enter(Connection connection, Phase phase, Duration limit) {
        open.computeIfPresent(
                connection,
                (key, before) -> new State(phase, System.nanoTime() + limit.toNanos(), connection.getBytesIn()));
    }

    /** To be called often. */
    void closeOverdue() {
        long now = System.nanoTime();
        open.forEach((connection, state) -> {
            if (state.phase() != Phase.HANDLING && state.deadline() - now < 0) {
                boolean isHalfway = state.phase() == Phase.ANSWERING || connection.getBytesIn() > state.bytesIn();
                refuse(connection, isHalfway);
            }
        });
    }

    private void refuse(Connection connection, boolean isCounted) {
        if (open.remove(connection) != null) {
            if (isCounted) {
                rejected.count(RejectedRequests.Reason.BUSY);
            }
            connection.getEndPoint().close();
        }
    }
}
