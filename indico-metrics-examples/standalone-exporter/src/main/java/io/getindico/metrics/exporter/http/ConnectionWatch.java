package io.getindico.metrics.exporter.http;

import java.time.Duration;
import java.util.Comparator;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.eclipse.jetty.io.Connection;
import org.eclipse.jetty.io.ssl.SslConnection;

/**
 * Limits the number of connections and their duration. A request must arrive, and a client must take the answer, by a
 * deadline that a trickle of bytes does not extend. If there are too many connections, the watch closes one that is
 * idle between two requests. If none is idle, it closes the one nearest to its deadline. So idle connections never keep
 * a scrape out.
 */
public final class ConnectionWatch implements Connection.Listener {
    public static final int MAX_CONNECTIONS = 128;

    private final Map<Connection, State> open = new ConcurrentHashMap<>();
    private final RejectedRequests rejected;
    private final Limits limits;

    /**
     * How long a client may take.
     *
     * @param arrival until the first request on a new connection has arrived
     * @param answer until the client has taken an answer
     * @param idle until the next request on an open connection has arrived
     */
    public record Limits(Duration arrival, Duration answer, Duration idle) {
        public static final Limits DEFAULT =
                new Limits(Duration.ofSeconds(10), Duration.ofSeconds(30), Duration.ofSeconds(75));
    }

    private record State(Phase phase, long deadline, long bytesIn) {}

    private enum Phase {
        ARRIVING,
        IDLE,
        HANDLING,
        ANSWERING
    }

    public ConnectionWatch(RejectedRequests rejected, Limits limits) {
        this.rejected = rejected;
        this.limits = limits;
    }

    @Override
    public void onOpened(Connection connection) {
        if (connection instanceof SslConnection) {
            // The connection inside it opens at the same time, so the limits hold for the handshake too.
            return;
        }
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

    /** Closes connections that are past their deadline. {@link HttpEndpoint} calls this every second. */
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
