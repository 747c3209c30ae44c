package io.getindico.metrics.api.engine;

import java.io.IOException;
import java.net.UnknownHostException;
import java.security.GeneralSecurityException;
import java.sql.SQLException;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.jooq.exception.DataAccessException;
import org.jspecify.annotations.Nullable;

/** Classifies exceptions, by SQLSTATE if there is one. Messages are never parsed, because servers translate them. */
final class Failures {
    /** Cancelled by a server timeout or by another session. */
    private static final String CANCELLED = "57014";

    private static final String LOCK_TIMEOUT = "55P03";

    /** Stands for an exception of a driver without an SQLSTATE. */
    private static final String NO_STATE = "58000";

    private Failures() {}

    /**
     * Returns the failure of a query.
     *
     * @param cancelled why its run was cancelled; null if it was not
     * @param limits the limits of its run
     */
    static Failure ofCollector(Throwable thrown, @Nullable Failure cancelled, RunLimits limits) {
        if (thrown instanceof CollectionException known) {
            return new Failure(known.reason(), message(thrown));
        }
        String state = sqlState(thrown);
        if (cancelled != null && (state == null || state.equals(CANCELLED) || isConnectionState(state))) {
            return cancelled;
        }
        return state == null
                ? new Failure(FailureReason.COLLECTOR_BUG, message(thrown))
                : new Failure(reason(state), message(thrown) + hint(state, limits));
    }

    /** Names the setting behind a timeout, because the server's message does not. */
    private static String hint(String state, RunLimits limits) {
        return switch (state) {
            case CANCELLED -> "; " + limits.ofStatement();
            case LOCK_TIMEOUT -> "; " + limits.ofLock();
            default -> "";
        };
    }

    private static FailureReason reason(String state) {
        if (isConnectionState(state)) {
            return FailureReason.CONNECTION;
        }
        return switch (state) {
            case CANCELLED, LOCK_TIMEOUT -> FailureReason.TIMEOUT;
            case "42501" -> FailureReason.PRIVILEGE;
            // The last one is that of a function whose columns have changed their types.
            case "42P01", "42703", "42883", "42704", "3F000", "42P13" -> FailureReason.SCHEMA;
            default -> state.startsWith("40") ? FailureReason.CONFLICT : FailureReason.QUERY;
        };
    }

    /** Whether the session is gone: lost, terminated by an administrator, or idle for too long. */
    private static boolean isConnectionState(String state) {
        return state.startsWith("08") || state.startsWith("57P") || state.equals("25P03") || state.equals("25P04");
    }

    /** Whether the session that threw can no longer be used. */
    static boolean isConnectionLost(Throwable thrown) {
        String state = sqlState(thrown);
        return state == null || isConnectionState(state);
    }

    /** Whether another session held a lock for too long. */
    static boolean isLockTimeout(Throwable thrown) {
        return LOCK_TIMEOUT.equals(sqlState(thrown));
    }

    /** Returns why no connection could be opened. */
    static DatabaseError ofConnecting(Throwable thrown) {
        String state = sqlState(thrown);
        if (state == null) {
            return DatabaseError.UNREACHABLE;
        }
        if (state.startsWith("28")) {
            return DatabaseError.AUTH;
        }
        return switch (state) {
            // The login may not connect to this database.
            case "42501" -> DatabaseError.AUTH;
            case "57P03" -> DatabaseError.STARTING;
            case "53300" -> DatabaseError.TOO_MANY_CONNECTIONS;
            case "3D000" -> DatabaseError.NOT_INDICO;
            default -> DatabaseError.UNREACHABLE;
        };
    }

    /** Returns the innermost SQLSTATE, because pools wrap the driver's exception. */
    private static @Nullable String sqlState(Throwable thrown) {
        String state = null;
        for (Throwable cause : chain(thrown)) {
            if (cause instanceof SQLException sql && (sql.getSQLState() != null || state == null)) {
                state = sql.getSQLState() == null ? NO_STATE : sql.getSQLState();
            }
        }
        return state;
    }

    /** Returns an exception and its causes, from the outermost to the innermost. */
    private static List<Throwable> chain(Throwable thrown) {
        return Stream.iterate(thrown, Objects::nonNull, Throwable::getCause)
                .limit(20)
                .toList();
    }

    /** Returns one line: the driver's message, not jOOQ's, which contains the statement. */
    static String message(Throwable thrown) {
        Throwable told = thrown;
        for (Throwable cause : chain(thrown)) {
            if (cause instanceof SQLException) {
                told = cause;
            }
        }
        String firstLine = firstLine(told);
        if (told instanceof SQLException) {
            return firstLine + causeInBrackets(told, firstLine);
        }
        if (told instanceof CollectionException) {
            return firstLine;
        }
        boolean isSilent = firstLine.isEmpty() || told instanceof DataAccessException;
        return told.getClass().getName() + (isSilent ? "" : ": " + firstLine);
    }

    private static String firstLine(Throwable thrown) {
        String text = thrown.getMessage();
        return text == null ? "" : text.lines().findFirst().orElse("");
    }

    /** Adds the cause, such as an unknown host or an expired certificate, which a driver's message often lacks. */
    private static String causeInBrackets(Throwable thrown, String alreadyTold) {
        List<Throwable> chain = chain(thrown);
        Throwable innermost = chain.get(chain.size() - 1);
        if (!(innermost instanceof IOException || innermost instanceof GeneralSecurityException)) {
            return "";
        }
        String text = innermost instanceof UnknownHostException
                ? "unknown host: " + withoutCredentials(firstLine(innermost))
                : firstLine(innermost);
        return firstLine(innermost).isEmpty() || alreadyTold.contains(text) ? "" : " (" + text + ")";
    }

    /** The driver takes USER:PASSWORD@HOST for the name of a host. */
    private static String withoutCredentials(String host) {
        return host.substring(host.lastIndexOf('@') + 1);
    }
}
