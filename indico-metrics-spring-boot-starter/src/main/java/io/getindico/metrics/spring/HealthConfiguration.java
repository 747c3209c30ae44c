package io.getindico.metrics.spring;

import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnProperty;
import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.health.contributor.HealthIndicator;
import org.springframework.boot.health.contributor.Status;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** The health indicator for Spring Boot 4, whose types have moved. */
@Configuration(proxyBeanMethods = false)
@ConditionalOnClass(name = "org.springframework.boot.health.contributor.HealthIndicator")
@ConditionalOnProperty("management.health.indico.enabled")
class HealthConfiguration {
    @Bean
    @ConditionalOnMissingBean(name = "indicoHealthIndicator")
    HealthIndicator indicoHealthIndicator(IndicoHost host) {
        return () -> {
            IndicoHost.Health health = host.health();
            return Health.status(new Status(health.status()))
                    .withDetails(health.details())
                    .build();
        };
    }
}
