package io.getindico.metrics.spring;

import static java.util.stream.Collectors.joining;

import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.bind.UnboundConfigurationPropertiesException;
import org.springframework.boot.context.properties.source.ConfigurationProperty;
import org.springframework.boot.context.properties.source.ConfigurationPropertyName;
import org.springframework.boot.diagnostics.AbstractFailureAnalyzer;
import org.springframework.boot.diagnostics.FailureAnalysis;
import org.springframework.core.annotation.Order;

/** Comes before Boot's own, which prints the value: that of a misspelled "password" is a secret. */
@Order(0)
final class UnknownPropertyFailureAnalyzer extends AbstractFailureAnalyzer<UnboundConfigurationPropertiesException> {
    private static final ConfigurationPropertyName PREFIX =
            ConfigurationPropertyName.of(IndicoMetricsProperties.PREFIX);

    @Override
    protected @Nullable FailureAnalysis analyze(Throwable rootFailure, UnboundConfigurationPropertiesException cause) {
        Set<ConfigurationProperty> unknown = cause.getUnboundProperties();
        if (!unknown.stream().allMatch(property -> PREFIX.isAncestorOf(property.getName()))) {
            return null;
        }
        String names = unknown.stream()
                .map(property -> "Property '" + property.getName() + "' (" + property.getOrigin() + "): unknown.")
                .collect(joining(System.lineSeparator()));
        return new FailureAnalysis(names, "Correct the name, or remove the property.", cause);
    }
}
