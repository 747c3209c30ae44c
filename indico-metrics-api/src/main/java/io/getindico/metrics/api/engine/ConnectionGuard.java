package io.getindico.metrics.api.engine;

import java.lang.reflect.InvocationHandler;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.sql.Array;
import java.sql.Connection;
import java.sql.DatabaseMetaData;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.Statement;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The connection as a collector sees it: it cannot be committed, closed or unwrapped, not by way of a statement or
 * result either, nor by SQL; each statement counts against the limit and can be cancelled from outside.
 */
final class ConnectionGuard implements InvocationHandler {
    private static final Set<String> ALLOWED = Set.of(
            "createStatement",
            "prepareStatement",
            "createArrayOf",
            "getMetaData",
            "getAutoCommit",
            "getTransactionIsolation",
            "getCatalog",
            "getSchema",
            "getWarnings",
            "clearWarnings",
            "getTypeMap",
            "getHoldability",
            "isClosed",
            "isReadOnly",
            "isValid",
            "nativeSQL",
            "toString",
            "hashCode",
            "equals");

    /** What a word may stand in without being one of the statement's. */
    private static final Pattern QUOTED = Pattern.compile("'[^']*+'|\"[^\"]*+\"|--[^\n]*+|/\\*.*?\\*/", Pattern.DOTALL);

    private static final Pattern ENDS_TRANSACTION = Pattern.compile(
            "(^|;)\\s*(abort|begin|commit|end|prepare|release|rollback|savepoint|start)\\b", Pattern.CASE_INSENSITIVE);

    private final Object target;
    private final RunControl control;
    private final StatementLimit limit;
    private final @Nullable Connection guarded;

    private ConnectionGuard(Object target, RunControl control, StatementLimit limit, @Nullable Connection guarded) {
        this.target = target;
        this.control = control;
        this.limit = limit;
        this.guarded = guarded;
    }

    static Connection guard(Connection connection, RunControl control, StatementLimit limit) {
        return proxy(Connection.class, new ConnectionGuard(connection, control, limit, null));
    }

    @Override
    public @Nullable Object invoke(Object proxy, Method method, Object @Nullable [] arguments) throws Throwable {
        String name = method.getName();
        if (name.equals("isWrapperFor")) {
            return false;
        }
        if (name.equals("unwrap") || (target instanceof Connection && !ALLOWED.contains(name))) {
            throw new CollectionException(
                    FailureReason.COLLECTOR_BUG, "a collector's connection does not allow " + name + "()");
        }
        if (arguments != null && arguments.length > 0 && arguments[0] instanceof String sql) {
            refuseIfEndsTransaction(name, sql);
        }
        Connection outer = target instanceof Connection ? (Connection) proxy : guarded;
        if (name.equals("getConnection")) {
            return outer;
        }
        if (target instanceof Statement statement && name.startsWith("execute")) {
            return guard(execute(statement, method, arguments), outer);
        }
        return guard(call(method, arguments), outer);
    }

    private static void refuseIfEndsTransaction(String method, String sql) {
        boolean takesSql =
                method.equals("prepareStatement") || method.equals("addBatch") || method.startsWith("execute");
        if (takesSql
                && ENDS_TRANSACTION.matcher(QUOTED.matcher(sql).replaceAll(" ")).find()) {
            throw new CollectionException(
                    FailureReason.COLLECTOR_BUG, "a collector's statement may not begin or end a transaction");
        }
    }

    private @Nullable Object execute(Statement statement, Method method, Object @Nullable [] arguments)
            throws Throwable {
        limit.beforeStatement();
        control.enter(statement);
        try {
            return call(method, arguments);
        } finally {
            control.exit();
        }
    }

    private @Nullable Object call(Method method, Object @Nullable [] arguments) throws Throwable {
        try {
            return method.invoke(target, arguments);
        } catch (InvocationTargetException e) {
            throw e.getCause();
        }
    }

    /** Whatever leads back to the connection is guarded as well. */
    private @Nullable Object guard(@Nullable Object result, @Nullable Connection outer) {
        if (result instanceof PreparedStatement) {
            return proxy(PreparedStatement.class, new ConnectionGuard(result, control, limit, outer));
        }
        if (result instanceof Statement) {
            return proxy(Statement.class, new ConnectionGuard(result, control, limit, outer));
        }
        if (result instanceof ResultSet) {
            return proxy(ResultSet.class, new ConnectionGuard(result, control, limit, outer));
        }
        if (result instanceof Array) {
            return proxy(Array.class, new ConnectionGuard(result, control, limit, outer));
        }
        if (result instanceof DatabaseMetaData) {
            return proxy(DatabaseMetaData.class, new ConnectionGuard(result, control, limit, outer));
        }
        return result;
    }

    private static <T> T proxy(Class<T> type, InvocationHandler handler) {
        return type.cast(
                Proxy.newProxyInstance(ConnectionGuard.class.getClassLoader(), new Class<?>[] {type}, handler));
    }
}
