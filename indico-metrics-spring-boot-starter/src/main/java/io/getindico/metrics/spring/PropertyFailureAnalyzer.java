package io.getindico.metrics.spring;

import org.jspecify.annotations.Nullable;
import org.springframework.boot.diagnostics.AbstractFailureAnalyzer;
import org.springframework.boot.diagnostics.FailureAnalysis;

/** Prints the name and value of a wrong property and the remedy in place of a stack trace. */
final class PropertyFailureAnalyzer extends AbstractFailureAnalyzer<PropertyException> {
    @Override
    protected @Nullable FailureAnalysis analyze(Throwable rootFailure, PropertyException cause) {
        return new FailureAnalysis(String.valueOf(cause.getMessage()), cause.remedy(), cause);
    }
}
