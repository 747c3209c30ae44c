package io.getindico.metrics.api.engine;

import java.util.List;
import org.jooq.SQLDialect;
import org.jooq.conf.RenderQuotedNames;
import org.jooq.conf.Settings;
import org.jooq.conf.StatementType;
import org.jooq.impl.DSL;

/** How jOOQ renders and runs our statements. */
final class JooqSettings {
    private static final Settings SETTINGS = new Settings()
            // Would print personal data at DEBUG.
            .withExecuteLogging(false)
            .withFetchWarnings(false)
            // A static statement is never prepared on the server, where PgBouncer would lose it.
            .withStatementType(StatementType.STATIC_STATEMENT)
            .withRenderQuotedNames(RenderQuotedNames.ALWAYS);

    static {
        loadWithoutLogo();
    }

    private JooqSettings() {}

    /** jOOQ logs a logo and a tip when its renderer is loaded, unless told otherwise. A host's log is no place for them. */
    private static void loadWithoutLogo() {
        List<String> switches = List.of("org.jooq.no-logo", "org.jooq.no-tips");
        List<String> unset = switches.stream()
                .filter(name -> System.getProperty(name) == null)
                .toList();
        unset.forEach(name -> System.setProperty(name, "true"));
        try {
            var unused = DSL.using(SQLDialect.POSTGRES).render(DSL.inline(1));
        } finally {
            unset.forEach(System::clearProperty);
        }
    }

    static Settings get() {
        return SETTINGS;
    }
}
