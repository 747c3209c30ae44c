package io.getindico.metrics.exporter.otlp;

import io.getindico.metrics.exporter.settings.HeadersFile;
import io.getindico.metrics.exporter.settings.InvalidValueException;
import io.getindico.metrics.exporter.settings.Options;
import io.getindico.metrics.exporter.settings.ResourceAttributes;
import io.getindico.metrics.exporter.settings.SecretFile;
import io.getindico.metrics.exporter.settings.Settings;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Where to push, how often, and the headers and attributes of each push. */
public record OtlpSettings(
        URI endpoint, Duration interval, @Nullable HeadersFile headers, Map<String, String> attributes) {
    static final String INSTANCE_ID = "service.instance.id";

    /** Null if nothing is to be pushed. Refuses a file of headers that cannot be read. */
    public static @Nullable OtlpSettings of(Settings settings) {
        Options options = settings.options();
        if (options.otlpEndpoint == null) {
            return null;
        }
        Map<String, String> attributes = ResourceAttributes.of(options.otlpResourceAttributes);
        if (attributes.containsKey(INSTANCE_ID) && !settings.instances().isEmpty()) {
            throw settings.refused(
                    Options.OTLP_RESOURCE_ATTRIBUTES,
                    "got " + INSTANCE_ID + ", which is the name of each of several Indicos; leave it out");
        }
        return new OtlpSettings(options.otlpEndpoint, options.otlpInterval, headers(settings), attributes);
    }

    private static @Nullable HeadersFile headers(Settings settings) {
        Path path = settings.options().otlpHeadersFile;
        if (path == null) {
            return null;
        }
        HeadersFile file = new HeadersFile(path);
        try {
            file.read();
        } catch (InvalidValueException e) {
            throw SecretFile.refused(settings, Options.OTLP_HEADERS_FILE, path, e.expectation());
        }
        return file;
    }
}
