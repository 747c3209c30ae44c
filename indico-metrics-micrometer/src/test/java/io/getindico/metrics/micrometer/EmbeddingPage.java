package io.getindico.metrics.micrometer;

import com.zaxxer.hikari.HikariDataSource;
import io.getindico.metrics.api.Profile;
import io.getindico.metrics.api.engine.IndicoMetrics;
import io.getindico.metrics.api.engine.IndicoMetricsGroup;
import io.micrometer.core.instrument.MeterRegistry;
import io.prometheus.metrics.core.metrics.Counter;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.time.Duration;
import java.time.ZoneId;
import java.util.List;
import javax.sql.DataSource;

/** The code of {@code docs/embedding.md}, one method for each block. A test runs them and compares the texts. */
final class EmbeddingPage {
    private EmbeddingPage() {}

    static HikariDataSource pool(String url, String user, String password) {
        // begin
        HikariDataSource pool = new HikariDataSource();
        pool.setJdbcUrl(url);
        pool.setUsername(user);
        pool.setPassword(password);
        pool.setMaximumPoolSize(3);
        pool.setMinimumIdle(0); // by default, Hikari keeps all of them open
        pool.setIdleTimeout(75_000);
        pool.setConnectionTimeout(2_000); // by default, Hikari waits for 30 s, and a scrape for its 4 s
        pool.setInitializationFailTimeout(-1); // by default, Hikari throws if the database is away
        // end
        return pool;
    }

    static IndicoMetrics register(DataSource pool, PrometheusRegistry registry) {
        // begin
        Counter orders = Counter.builder().name("orders").help("Orders.").register(registry);
        IndicoMetrics metrics = IndicoMetrics.builder(pool).discoverCollectors().build();
        metrics.register(registry); // io.prometheus.metrics.model.registry.PrometheusRegistry
        orders.inc();
        // end
        return metrics;
    }

    static void close(IndicoMetrics metrics, HikariDataSource pool) {
        // begin
        metrics.close(); // unregisters them; none of our threads and connections remain
        pool.close();
        // end
    }

    static void warmUp(IndicoMetrics metrics) {
        // begin
        metrics.warmUp();
        // end
    }

    static IndicoMetrics timed(DataSource pool) {
        // begin
        IndicoMetrics timed = IndicoMetrics.builder(pool)
                .discoverCollectors()
                .refreshByTimer()
                .build();
        // end
        return timed;
    }

    static IndicoMetrics bind(DataSource pool, MeterRegistry meterRegistry) {
        // begin
        IndicoMetrics metrics = IndicoMetrics.builder(pool)
                .discoverCollectors()
                .refreshByTimer()
                .build();
        IndicoMeterBinder binder = new IndicoMeterBinder(metrics);
        binder.bindTo(meterRegistry);
        // end
        return metrics;
    }

    static IndicoMetricsGroup several(DataSource first, DataSource second, PrometheusRegistry registry) {
        // begin
        IndicoMetrics geneva = IndicoMetrics.builder(first)
                .discoverCollectors()
                .label("instance_name", "geneva")
                .build();
        IndicoMetrics vienna = IndicoMetrics.builder(second)
                .discoverCollectors()
                .label("instance_name", "vienna")
                .build();
        IndicoMetricsGroup both = IndicoMetricsGroup.of(geneva, vienna).register(registry);
        // end
        return both;
    }

    static IndicoMetrics choose(DataSource pool) {
        // begin
        IndicoMetrics metrics = IndicoMetrics.builder(pool)
                .discoverCollectors()
                .zone(ZoneId.of("Europe/Zurich"))
                .profile(Profile.FULL)
                .exclude(List.of("livesync"))
                .excludeFamilies(List.of("indico_database_*"))
                .build();
        // end
        return metrics;
    }

    static boolean isUp(IndicoMetrics metrics) {
        // begin
        metrics.scrape(name -> name.equals("indico_up"), Duration.ZERO);
        boolean isUp = metrics.status().up();
        // end
        return isUp;
    }
}
