package io.getindico.metrics.exporter.settings;

/**
 * A value as it was given.
 *
 * @param text stripped and not empty
 * @param spelling where it was given, in the spelling used there
 * @param isFromCommandLine whether it came from the command line, which every user of the machine can read
 */
public record SettingValue(String text, String spelling, boolean isFromCommandLine) {
    /** Leaves out the text, which may be a secret. */
    @Override
    public String toString() {
        return spelling;
    }

    public SettingException refused(String why) {
        return new SettingException(spelling + ": " + why);
    }
}
