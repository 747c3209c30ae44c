package io.getindico.metrics.exporter.http;

import io.getindico.metrics.api.engine.IndicoMetrics;
import io.getindico.metrics.api.engine.Scrape;
import io.prometheus.metrics.model.snapshots.MetricSnapshots;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import java.util.function.BiFunction;
import java.util.function.Consumer;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import org.eclipse.jetty.http.HttpFields;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.http.HttpStatus;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.util.Fields;
import org.jspecify.annotations.Nullable;

/** {@code /metrics}, in the format and with the names that a request asks for. */
public final class MetricsPage {
    /** Each concurrent scrape holds a thread while it waits for the database. */
    public static final int MAX_CONCURRENT = 64;

    /** Five that hang leave slots for a sixth. */
    private static final int MAX_CONCURRENT_OF_ONE = 12;

    private static final String SCRAPE_TIMEOUT = "X-Prometheus-Scrape-Timeout-Seconds";
    private static final Pattern SECONDS = Pattern.compile("\\d{1,6}(\\.\\d{1,9})?");
    private static final Duration NETWORK = Duration.ofMillis(500);

    /** Some clients, such as Telegraf, time out after five seconds and send no header. */
    private static final Duration WAIT_WITHOUT_HEADER = Duration.ofSeconds(4);

    private static final Duration LONGEST_WAIT = Duration.ofSeconds(60);
    static final HttpFields TRY_LATER =
            HttpFields.build().add(HttpHeader.RETRY_AFTER, "5").asImmutable();

    private final BiFunction<Predicate<String>, Duration, Scrape> metrics;
    private final boolean showsOwn;
    private final OwnMetrics own;
    private final @Nullable Duration waitLimit;
    private final Consumer<MetricSnapshots> onScrape;
    private final Semaphore slots;

    /** The last full answer in each form. It stays the same until the next refresh. */
    private final Map<Form, Rendered> last = new ConcurrentHashMap<>();

    private record Form(ExpositionFormat format, boolean isGzip) {}

    private record Rendered(MetricSnapshots scraped, Object ownState, ByteBuffer body) {
        /** Compares the identity of the snapshots, which do not override {@code equals}. */
        boolean isOf(MetricSnapshots otherScraped, Object otherOwnState) {
            return scraped.equals(otherScraped) && ownState.equals(otherOwnState);
        }
    }

    /**
     * Creates the answers.
     *
     * @param metrics scrapes some names and waits for at most a duration
     * @param concurrent how many scrapes at once
     * @param showsOwn whether to show the exporter's own metrics as well
     * @param onScrape takes what each scrape of all names returns
     */
    private MetricsPage(
            BiFunction<Predicate<String>, Duration, Scrape> metrics,
            int concurrent,
            boolean showsOwn,
            OwnMetrics own,
            @Nullable Duration waitLimit,
            Consumer<MetricSnapshots> onScrape) {
        this.metrics = metrics;
        this.slots = new Semaphore(concurrent);
        this.showsOwn = showsOwn;
        this.own = own;
        this.waitLimit = waitLimit;
        this.onScrape = onScrape;
    }

    /** Of the only Indico. */
    public static MetricsPage ofOnly(
            IndicoMetrics metrics, OwnMetrics own, @Nullable Duration waitLimit, Consumer<MetricSnapshots> onScrape) {
        return new MetricsPage(metrics::scrape, MAX_CONCURRENT, true, own, waitLimit, onScrape);
    }

    /** Of one of several Indicos. It has fewer slots, so that one that hangs leaves threads for the others. */
    public static MetricsPage ofOneOfSeveral(
            IndicoMetrics metrics, OwnMetrics own, @Nullable Duration waitLimit, Consumer<MetricSnapshots> onScrape) {
        return new MetricsPage(metrics::scrape, MAX_CONCURRENT_OF_ONE, false, own, waitLimit, onScrape);
    }

    /** Of the exporter itself. */
    public static MetricsPage ofExporter(OwnMetrics own) {
        Scrape nothing = new Scrape(new MetricSnapshots(), false);
        return new MetricsPage((names, limit) -> nothing, MAX_CONCURRENT, true, own, null, unused -> {});
    }

    /**
     * What a scrape without a timeout would show.
     *
     * @param most how long to wait for new values, if the setting does not say less
     */
    public MetricSnapshots metrics(Duration most) {
        Scrape scrape = metrics.apply(name -> true, shorter(limit(waitLimit, null), most));
        onScrape.accept(scrape.metrics());
        return withOwn(scrape.metrics(), name -> true);
    }

    Reply reply(Request request) {
        Set<String> chosen;
        try {
            chosen = names(Request.extractQueryParameters(request));
        } catch (RuntimeException e) {
            // Only the client's input can be the cause here.
            return Reply.status(HttpStatus.BAD_REQUEST_400);
        }
        if (!slots.tryAcquire()) {
            own.rejected().count(RejectedRequests.Reason.BUSY);
            return Reply.status(HttpStatus.SERVICE_UNAVAILABLE_503).with(TRY_LATER);
        }
        try {
            Predicate<String> names = chosen.isEmpty() ? name -> true : chosen::contains;
            Scrape scrape = metrics.apply(names, limit(request));
            if (chosen.isEmpty()) {
                onScrape.accept(scrape.metrics());
            }
            return render(request, names, scrape);
        } finally {
            slots.release();
        }
    }

    /** The names that the request selects; none for all. */
    private static Set<String> names(Fields query) {
        Set<String> names = new HashSet<>(query.getValuesOrEmpty("name[]"));
        names.remove("");
        return names;
    }

    private Duration limit(Request request) {
        return limit(waitLimit, request.getHeaders().get(SCRAPE_TIMEOUT));
    }

    /** Returns how long a scrape may wait: as long as Prometheus waits, minus the time for the network. */
    static Duration limit(@Nullable Duration setting, @Nullable String scrapeTimeout) {
        if (scrapeTimeout == null || !SECONDS.matcher(scrapeTimeout.strip()).matches()) {
            return setting == null ? WAIT_WITHOUT_HEADER : shorter(setting, LONGEST_WAIT);
        }
        double seconds = Double.parseDouble(scrapeTimeout.strip());
        Duration client = Duration.ofMillis((long) (seconds * 1000)).minus(NETWORK);
        Duration limit = shorter(client.isNegative() ? Duration.ZERO : client, LONGEST_WAIT);
        return setting == null ? limit : shorter(limit, setting);
    }

    private static Duration shorter(Duration a, Duration b) {
        return a.compareTo(b) < 0 ? a : b;
    }

    private Reply render(Request request, Predicate<String> names, Scrape scrape) {
        ExpositionFormat format =
                ExpositionFormat.negotiate(request.getHeaders().getValuesList(HttpHeader.ACCEPT));
        boolean gzip = Compression.isGzipWanted(request.getHeaders().getValuesList(HttpHeader.ACCEPT_ENCODING));
        HttpFields.Mutable headers = HttpFields.build()
                .add(HttpHeader.VARY, "Accept, Accept-Encoding")
                .add("X-Cached", scrape.refreshed() ? "no" : "yes");
        if (gzip) {
            headers.add(HttpHeader.CONTENT_ENCODING, "gzip");
        }
        return Reply.ok(format.contentType(), body(new Form(format, gzip), scrape.metrics(), names))
                .with(headers);
    }

    private ByteBuffer body(Form form, MetricSnapshots scraped, Predicate<String> names) {
        Object ownState = own.state();
        Rendered rendered = last.get(form);
        if (rendered == null || !rendered.isOf(scraped, ownState)) {
            rendered = new Rendered(scraped, ownState, body(form, withOwn(scraped, names)));
            last.put(form, rendered);
        }
        // Each response needs a read position of its own.
        return rendered.body().duplicate();
    }

    private MetricSnapshots withOwn(MetricSnapshots scraped, Predicate<String> names) {
        MetricSnapshots.Builder all = MetricSnapshots.builder();
        scraped.forEach(all::metricSnapshot);
        if (showsOwn) {
            own.registry()
                    .scrape(name -> names.test(name) || names.test(name + "_total"))
                    .forEach(all::metricSnapshot);
        }
        return all.build();
    }

    private static ByteBuffer body(Form form, MetricSnapshots metrics) {
        byte[] plain = form.format().write(metrics);
        return ByteBuffer.wrap(form.isGzip() ? Compression.gzip(plain) : plain);
    }
}
