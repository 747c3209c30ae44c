package io.getindico.metrics.exporter;

import java.time.Duration;
import java.util.Comparator;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.eclipse.jetty.io.Connection;

/**
 * Bounds connections in number and in time. A request must have arrived, and an answer must have been taken, by a
 * deadline that no trickle of bytes moves; when there are too many connections, the one nearest to its deadline goes,
 * so that idle ones never keep a scrape out.
 */
final class ConnectionWatch implements Connection.Listener {
    static final int MAX_CONNECTIONS = 128;

    private final Map<Connection, State> open = new ConcurrentHashMap<>();
    private final RejectedRequests rejected;
    private final long arrivalNanos;
    private final long answerNanos;
    private final long idleNanos;

    /** What a connection is doing, and how long it may. */
    private record State(Phase phase, long deadline, long bytesIn) {}

    private enum Phase {
        WAITING,
        HANDLING,
        ANSWERING
    }

    /**
     * A watch with its limits.
     *
     * @param arrival for the first request to arrive on a new connection
     * @param answer for the client to take an answer
     * @param idle for the next request to arrive on a connection that is kept open
     */
    ConnectionWatch(RejectedRequests rejected, Duration arrival, Duration answer, Duration idle) {
        this.rejected = rejected;
        this.arrivalNanos = arrival.toNanos();
        this.answerNanos = answer.toNanos();
        this.idleNanos = idle.toNanos();
    }

    @Override
    public void onOpened(Connection connection) {
        open.put(connection, new State(Phase.WAITING, System.nanoTime() + arrivalNanos, 0));
        if (open.size() > MAX_CONNECTIONS) {
            long now = System.nanoTime();
            open.entrySet().stream()
                    .filter(entry -> entry.getValue().phase() != Phase.HANDLING)
                    .min(Comparator.comparingLong(entry -> entry.getValue().deadline() - now))
                    .ifPresent(entry -> refuse(entry.getKey(), true));
        }
    }

    @Override
    public void onClosed(Connection connection) {
        open.remove(connection);
    }

    void handling(Connection connection) {
        enter(connection, Phase.HANDLING, 0);
    }

    void answering(Connection connection) {
        enter(connection, Phase.ANSWERING, answerNanos);
    }

    void answered(Connection connection) {
        enter(connection, Phase.WAITING, idleNanos);
    }

    private void enter(Connection connection, Phase phase, long nanos) {
        open.computeIfPresent(
                connection, (key, before) -> new State(phase, System.nanoTime() + nanos, connection.getBytesIn()));
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
