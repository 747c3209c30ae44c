package io.getindico.metrics.spring;

import org.springframework.boot.actuate.health.Health;
import org.springframework.boot.actuate.health.HealthIndicator;
import org.springframework.boot.actuate.health.Status;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnProperty;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** The health indicator for Spring Boot 3. */
@Configuration(proxyBeanMethods = false)
@ConditionalOnClass(name = "org.springframework.boot.actuate.health.HealthIndicator")
@ConditionalOnProperty("management.health.indico.enabled")
class ActuatorHealthConfiguration {
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
