package io.getindico.metrics.api.engine;

import java.util.List;
import org.jooq.SQLDialect;
import org.jooq.conf.RenderQuotedNames;
import org.jooq.conf.Settings;
import org.jooq.conf.StatementType;
import org.jooq.impl.DSL;

/** The settings with which jOOQ renders and runs our statements. */
final class JooqSettings {
    private static final Settings SETTINGS = new Settings()
            // Logging at DEBUG would print personal data.
            .withExecuteLogging(false)
            .withFetchWarnings(false)
            // The server never prepares static statements. PgBouncer would lose prepared ones.
            .withStatementType(StatementType.STATIC_STATEMENT)
            .withRenderQuotedNames(RenderQuotedNames.ALWAYS);

    static {
        loadWithoutLogo();
    }

    private JooqSettings() {}

    /** Loads jOOQ's renderer without its logo and tip, which do not belong in the host's log. */
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
