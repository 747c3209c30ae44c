package io.getindico.metrics.api.engine;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Properties;

/** Reads a properties file next to this class. */
final class PropertiesResource {
    private PropertiesResource() {}

    static Properties read(String name) {
        Properties properties = new Properties();
        try (InputStream in = PropertiesResource.class.getResourceAsStream(name)) {
            if (in == null) {
                throw new IllegalStateException(name + " is missing beside " + PropertiesResource.class.getName());
            }
            properties.load(in);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return properties;
    }
}
