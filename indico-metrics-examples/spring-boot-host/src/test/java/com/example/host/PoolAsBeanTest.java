package com.example.host;

import static org.assertj.core.api.Assertions.assertThat;

import com.zaxxer.hikari.HikariDataSource;
import io.getindico.metrics.api.engine.IndicoMetrics;
import io.getindico.metrics.jooq.IndicoRelease;
import io.getindico.metrics.testing.IndicoDatabase;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import javax.sql.DataSource;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Qualifier;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.jdbc.core.JdbcTemplate;

/** What docs/embedding.md shows for a service that has the pool as a bean. */
class PoolAsBeanTest {
    @Configuration(proxyBeanMethods = false)
    static class Beans {
        @Value("${test.url}")
        private String url;

        @Value("${test.user}")
        private String user;

        @Value("${test.password}")
        private String password;

        // begin
        @Bean(defaultCandidate = false)
        @Qualifier("indico")
        HikariDataSource indicoDataSource() {
            HikariDataSource pool = new HikariDataSource();
            pool.setJdbcUrl(url);
            pool.setUsername(user);
            pool.setPassword(password);
            pool.setMaximumPoolSize(3);
            pool.setMinimumIdle(0);
            pool.setConnectionTimeout(2_000);
            pool.setInitializationFailTimeout(-1);
            return pool;
        }

        @Bean
        IndicoMetrics indicoMetrics(@Qualifier("indico") DataSource indico, PrometheusRegistry registry) {
            return IndicoMetrics.builder(indico).discoverCollectors().build().register(registry);
        }
        // end
    }

    @Test
    void theServiceKeepsItsOwnDatabase() throws Exception {
        try (IndicoDatabase database = IndicoDatabase.create(IndicoRelease.newest())) {
            database.prepare();
            try (RunningHost host = RunningHost.start(
                    context -> context.registerBean(Beans.class),
                    "--test.url=" + database.jdbcUrl(),
                    "--test.user=" + database.server().user(),
                    "--test.password=" + database.server().password())) {
                host.awaitScrape("\nindico_num_users 1.0\n");
                JdbcTemplate own = host.context().getBean(JdbcTemplate.class);
                assertThat(own.queryForObject("SELECT H2VERSION()", String.class)).isNotEmpty();
            }
        }
    }
}
