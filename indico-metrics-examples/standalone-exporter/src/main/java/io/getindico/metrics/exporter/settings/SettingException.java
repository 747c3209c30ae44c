package io.getindico.metrics.exporter.settings;

/**
 * A setting that cannot be used. The message is one line for the operator: the setting as the operator spelled it, the
 * value with secrets masked, what was expected, and what to do.
 *
 * @since 0.1.0
 */
public final class SettingException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    public SettingException(String line) {
        super(line);
    }

    public String line() {
        return String.valueOf(getMessage());
    }
}
