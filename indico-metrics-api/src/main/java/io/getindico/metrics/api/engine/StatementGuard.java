package io.getindico.metrics.api.engine;

import java.util.regex.Pattern;
import org.jooq.ExecuteContext;
import org.jooq.ExecuteListener;

/** Makes a run cancellable from outside, and rejects statements that would begin or end a transaction. */
final class StatementGuard implements ExecuteListener {
    private static final long serialVersionUID = 1L;

    /** String literals, quoted identifiers and comments: keywords inside them do not count. */
    private static final Pattern QUOTED = Pattern.compile(
            "'[^']*+'|\"[^\"]*+\"|--[^\n]*+|/\\*.*?\\*/|(?<![\\w$])\\$(|[a-z_]\\w*)\\$.*?\\$\\1\\$",
            Pattern.DOTALL | Pattern.CASE_INSENSITIVE);

    private static final Pattern ENDS_TRANSACTION = Pattern.compile(
            "(^|;)\\s*(abort|begin|commit|end|prepare|release|rollback|savepoint|start)\\b", Pattern.CASE_INSENSITIVE);

    private final transient RunControl control;

    StatementGuard(RunControl control) {
        this.control = control;
    }

    @Override
    public void renderEnd(ExecuteContext context) {
        String sql = context.sql();
        if (sql != null
                && ENDS_TRANSACTION.matcher(QUOTED.matcher(sql).replaceAll(" ")).find()) {
            throw new CollectionException(
                    FailureReason.COLLECTOR_BUG, "a collector's statement may not begin or end a transaction");
        }
    }

    @Override
    public void executeStart(ExecuteContext context) {
        control.enter(context.statement());
    }

    @Override
    public void end(ExecuteContext context) {
        control.exit();
    }
}
