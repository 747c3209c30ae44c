package io.getindico.metrics.api.engine;

/** The version that the build wrote into a resource. */
final class Version {
    private static final String VERSION =
            PropertiesResource.read("version.properties").getProperty("version", "unknown");

    private Version() {}

    static String get() {
        return VERSION;
    }
}
