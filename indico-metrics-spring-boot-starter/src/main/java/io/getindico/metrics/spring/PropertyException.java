package io.getindico.metrics.spring;

import java.util.Locale;

/** A property is wrong. */
final class PropertyException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final String remedy;

    /**
     * Creates the exception.
     *
     * @param name after the prefix
     * @param value what was given; never a secret
     * @param remedy a sentence
     */
    PropertyException(String name, Object value, String remedy) {
        super("Property '" + IndicoMetricsProperties.PREFIX + "." + name + "': got '" + value + "'.");
        this.remedy = remedy;
    }

    /** Names the property of an exception of the builder, whose message says what was expected. */
    static PropertyException of(String name, Object value, IllegalArgumentException e) {
        String message = String.valueOf(e.getMessage());
        PropertyException named = new PropertyException(
                name, value, message.substring(0, 1).toUpperCase(Locale.ROOT) + message.substring(1) + ".");
        named.initCause(e);
        return named;
    }

    String remedy() {
        return remedy;
    }
}
