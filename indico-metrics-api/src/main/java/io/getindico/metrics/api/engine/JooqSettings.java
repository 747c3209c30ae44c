package io.getindico.metrics.api.engine;

import org.jooq.conf.RenderQuotedNames;
import org.jooq.conf.Settings;
import org.jooq.conf.StatementType;

/** How jOOQ renders and runs our statements. */
final class JooqSettings {
    private static final Settings SETTINGS = new Settings()
            // Would print personal data at DEBUG.
            .withExecuteLogging(false)
            .withFetchWarnings(false)
            // A static statement is never prepared on the server, where PgBouncer would lose it.
            .withStatementType(StatementType.STATIC_STATEMENT)
            .withRenderQuotedNames(RenderQuotedNames.ALWAYS);

    private JooqSettings() {}

    static Settings get() {
        return SETTINGS;
    }
}
