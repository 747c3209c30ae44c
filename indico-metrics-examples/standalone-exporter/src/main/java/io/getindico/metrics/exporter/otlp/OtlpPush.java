package io.getindico.metrics.exporter.otlp;

import io.getindico.metrics.exporter.BuildInfo;
import io.getindico.metrics.exporter.http.FailedPushes;
import io.getindico.metrics.exporter.http.MetricsPage;
import io.getindico.metrics.exporter.logging.CurrentInstance;
import io.getindico.metrics.exporter.settings.Durations;
import io.getindico.metrics.exporter.settings.HeadersFile;
import io.getindico.metrics.exporter.settings.InvalidValueException;
import io.getindico.metrics.exporter.settings.Options;
import io.getindico.metrics.exporter.settings.Settings;
import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.api.common.AttributesBuilder;
import io.opentelemetry.api.metrics.MeterProvider;
import io.opentelemetry.exporter.internal.FailedExportException.HttpExportException;
import io.opentelemetry.exporter.otlp.http.metrics.OtlpHttpMetricExporter;
import io.opentelemetry.exporter.otlp.http.metrics.OtlpHttpMetricExporterBuilder;
import io.opentelemetry.sdk.common.CompletableResultCode;
import io.opentelemetry.sdk.metrics.data.MetricData;
import io.opentelemetry.sdk.resources.Resource;
import java.io.IOException;
import java.net.ConnectException;
import java.net.http.HttpTimeoutException;
import java.nio.channels.UnresolvedAddressException;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Pushes at an interval what a scrape of each page would show. A receiver that is away delays no scrape. */
public final class OtlpPush implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(OtlpPush.class);
    private static final Duration SEND_LIMIT = Duration.ofSeconds(10);
    private static final ThreadFactory THREADS = task -> {
        Thread thread = new Thread(task, "exporter-otlp");
        thread.setDaemon(true);
        return thread;
    };

    private final OtlpSettings settings;
    private final Resource resource;
    private final Supplier<SortedMap<String, MetricsPage>> pages;
    private final FailedPushes failed;
    private final ScheduledExecutorService timer = Executors.newSingleThreadScheduledExecutor(THREADS);
    private final ExecutorService workers =
            new ThreadPoolExecutor(0, Integer.MAX_VALUE, 5, TimeUnit.SECONDS, new SynchronousQueue<>(), THREADS);
    private final OtlpHttpMetricExporter receiver;

    /** Why the last pushes failed, by the name of the Indico. Only the timer's thread has it. */
    private SortedMap<String, String> failing = new TreeMap<>();

    /**
     * Prepares the pushes. {@link #start} begins them.
     *
     * @param instance what tells this exporter from others
     * @param pages one stream for each, by the name of its Indico; {@link Settings#ONLY} for the exporter's own
     */
    public OtlpPush(
            OtlpSettings settings,
            String instance,
            Supplier<SortedMap<String, MetricsPage>> pages,
            FailedPushes failed) {
        this.settings = settings;
        this.resource = resource(instance, settings.attributes());
        this.pages = pages;
        this.failed = failed;
        this.receiver = receiver();
    }

    /** Pushes now, and then at the interval. */
    public void start() {
        var unused =
                timer.scheduleAtFixedRate(this::pushAll, 0, settings.interval().toMillis(), TimeUnit.MILLISECONDS);
    }

    public boolean isAsIn(@Nullable OtlpSettings other) {
        return settings.equals(other);
    }

    private static Resource resource(String instance, Map<String, String> given) {
        Map<String, String> all = new TreeMap<>();
        all.put("service.name", "indico");
        all.put("service.version", BuildInfo.get().version());
        all.put(OtlpSettings.INSTANCE_ID, instance);
        all.putAll(given);
        AttributesBuilder attributes = Attributes.builder();
        all.forEach(attributes::put);
        return Resource.create(attributes.build());
    }

    private OtlpHttpMetricExporter receiver() {
        OtlpHttpMetricExporterBuilder builder = OtlpHttpMetricExporter.builder()
                .setEndpoint(settings.endpoint().toString())
                .setCompression("gzip")
                .setTimeout(SEND_LIMIT)
                // The next push has newer values.
                .setRetryPolicy(null)
                .setMeterProvider(MeterProvider.noop())
                .setExecutorService(workers);
        HeadersFile headers = settings.headers();
        return headers == null
                ? builder.build()
                : builder.setHeaders(() -> read(headers)).build();
    }

    private static Map<String, String> read(HeadersFile headers) {
        try {
            return headers.read();
        } catch (InvalidValueException e) {
            throw new UnusableHeadersException(
                    Options.OTLP_HEADERS_FILE + " " + headers.path() + ": expected " + e.expectation());
        }
    }

    private static final class UnusableHeadersException extends RuntimeException {
        private static final long serialVersionUID = 1L;

        UnusableHeadersException(String message) {
            super(message);
        }
    }

    // An exception would end the pushes.
    private void pushAll() {
        try {
            SortedMap<String, CompletableFuture<String>> pushes = new TreeMap<>();
            pages.get()
                    .forEach((name, page) -> pushes.put(
                            name,
                            CompletableFuture.supplyAsync(
                                    () -> CurrentInstance.call(name, () -> push(name, page)), workers)));
            SortedMap<String, String> failures = new TreeMap<>();
            pushes.forEach((name, push) -> {
                String failure = push.join();
                if (!failure.isEmpty()) {
                    failures.put(name, failure);
                }
            });
            ended(failures, pushes.size());
        } catch (RuntimeException | Error e) {
            if (!timer.isShutdown()) {
                LOG.error("the metrics could not be pushed", e);
            }
        }
    }

    /** Returns why it failed; empty if it did not. */
    private String push(String name, MetricsPage page) {
        Resource stream = name.equals(Settings.ONLY)
                ? resource
                : resource.merge(Resource.create(
                        Attributes.builder().put(OtlpSettings.INSTANCE_ID, name).build()));
        Collection<MetricData> metrics = PushedMetric.of(page.metrics(settings.interval()), stream, Instant.now());
        CompletableResultCode result = receiver.export(metrics).join(SEND_LIMIT.toSeconds() + 1, TimeUnit.SECONDS);
        return result.isSuccess() ? "" : reason(result.getFailureThrowable());
    }

    private static String reason(@Nullable Throwable failure) {
        if (failure instanceof HttpExportException refused && refused.getResponse() != null) {
            int status = refused.getResponse().getStatusCode();
            return "it answered with status " + status
                    + switch (status) {
                        case 401, 403 -> "; check " + Options.OTLP_HEADERS_FILE;
                        case 404, 405 -> "; check the path";
                        default -> "";
                    };
        }
        if (find(UnresolvedAddressException.class, failure) != null) {
            return "its host is not known; check the name";
        }
        if (find(ConnectException.class, failure) != null) {
            return "cannot connect; check host and port, and that it listens there";
        }
        if (failure == null || find(HttpTimeoutException.class, failure) != null) {
            return "no answer within " + Durations.format(SEND_LIMIT);
        }
        UnusableHeadersException unusable = find(UnusableHeadersException.class, failure);
        if (unusable != null) {
            return String.valueOf(unusable.getMessage());
        }
        SSLException tls = find(SSLException.class, failure);
        if (tls != null) {
            return "TLS failed: " + tls.getMessage();
        }
        return find(IOException.class, failure) == null
                ? failure.toString()
                : "no answer in HTTP; check that the port takes OTLP by HTTP (usually 4318), not by gRPC (4317)";
    }

    private static <T extends Throwable> @Nullable T find(Class<T> type, @Nullable Throwable failure) {
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (type.isInstance(cause)) {
                return type.cast(cause);
            }
        }
        return null;
    }

    /** Logs the first failure, each change of its cause, and the end of failures. */
    private void ended(SortedMap<String, String> failures, int pushes) {
        if (timer.isShutdown()) {
            return;
        }
        failed.count(failures.size());
        if (failures.isEmpty() && !failing.isEmpty()) {
            LOG.info("otlp.endpoint: {} takes the metrics again", settings.endpoint());
        } else if (!failures.isEmpty() && !failures.equals(failing)) {
            LOG.warn(
                    "otlp.endpoint: {} does not take the metrics{}: {}; trying again every {}",
                    settings.endpoint(),
                    failures.size() == pushes ? "" : " of " + String.join(", ", failures.keySet()),
                    failures.get(failures.firstKey()),
                    Durations.format(settings.interval()));
        }
        failing = failures;
    }

    /** Ends the pushes. A running one is abandoned. */
    @Override
    public void close() {
        timer.shutdownNow();
        receiver.shutdown();
        workers.shutdownNow();
    }
}
