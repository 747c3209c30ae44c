package io.getindico.metrics.collectors;

import io.getindico.metrics.api.Profile;
import io.getindico.metrics.api.engine.IndicoMetrics;
import io.getindico.metrics.api.engine.IndicoMetricsBuilder;
import io.getindico.metrics.jooq.IndicoRelease;
import io.getindico.metrics.testing.IndicoDatabase;
import io.getindico.metrics.testing.LimitedLogin;
import io.getindico.metrics.testing.WideData;
import java.util.List;
import javax.sql.DataSource;
import org.jooq.DSLContext;
import org.jooq.SQLDialect;
import org.jooq.impl.DSL;

/** The role of {@code grants} for the full profile, on the newest Indico with the rows of the catalogue. */
final class GrantedRole implements AutoCloseable {
    final IndicoDatabase database = IndicoDatabase.create(IndicoRelease.newest());
    final LimitedLogin login;

    GrantedRole() {
        WideData.of(IndicoRelease.newest()).loadInto(database);
        login = new LimitedLogin(database);
        login.run(script(login, true));
    }

    static IndicoMetricsBuilder full(DataSource dataSource) {
        return IndicoMetrics.builder(dataSource).discoverCollectors().profile(Profile.FULL);
    }

    static String script(LimitedLogin login, boolean withFunctions) {
        try (IndicoMetrics metrics = full(Gauges.noDatabase()).build()) {
            return metrics.grants(login.role(), withFunctions);
        }
    }

    DSLContext asRole() {
        return DSL.using(login.dataSource(), SQLDialect.POSTGRES);
    }

    /** Calls of all functions, with an argument that gives all rows. */
    List<String> calls() {
        return database.dsl()
                .fetch("SELECT 'indico_metrics.' || proname || CASE pronargs WHEN 0 THEN '()'"
                        + " ELSE '(timestamp ''-infinity'')' END FROM pg_proc"
                        + " WHERE pronamespace = 'indico_metrics'::regnamespace ORDER BY 1")
                .getValues(0, String.class);
    }

    @Override
    public void close() {
        login.close();
        database.close();
    }
}
