package io.getindico.metrics.exporter;

/**
 * A value as it was given.
 *
 * @param text not empty
 * @param spelling where it was given, in the spelling used there
 * @param isFromCommandLine whether it came from the command line, which every user of the machine can read
 */
record SettingValue(String text, String spelling, boolean isFromCommandLine) {
    /** Leaves out the text, which may be a secret. */
    @Override
    public String toString() {
        return spelling;
    }

    SettingException refused(String why) {
        return new SettingException(spelling + ": " + why);
    }

    <T> T parse(Setting<T> setting) {
        try {
            return setting.parser().parse(text.strip());
        } catch (BadValue e) {
            String remedy = setting.isRequired()
                    ? "correct it"
                    : "correct it, or leave it out (default: " + setting.defaultInWords() + ")";
            throw refused("got " + setting.mask().apply(text) + ", expected " + e.expectation() + "; " + remedy);
        }
    }
}
