package io.getindico.metrics.exporter.http;

import io.getindico.metrics.exporter.settings.ListenAddress;
import io.getindico.metrics.exporter.web.LiveWebConfig;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.eclipse.jetty.http.HttpStatus;
import org.eclipse.jetty.server.ConnectionFactory;
import org.eclipse.jetty.server.HttpConfiguration;
import org.eclipse.jetty.server.HttpConnectionFactory;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.server.SslConnectionFactory;
import org.eclipse.jetty.server.handler.GracefulHandler;
import org.eclipse.jetty.util.Callback;
import org.eclipse.jetty.util.ssl.SslContextFactory;
import org.eclipse.jetty.util.thread.QueuedThreadPool;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The HTTP server: Jetty, with limits on everything that a client can make large or slow. */
public final class HttpEndpoint implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(HttpEndpoint.class);
    private static final int MAX_HEADER = 16_384;
    private static final int OUTPUT_BUFFER = 16_384;
    private static final int ACCEPT_QUEUE = 128;
    private static final int MIN_THREADS = 4;

    /** Threads in addition to those of waiting scrapes: for the selector, the acceptor and answers that do not wait. */
    private static final int MORE_THREADS = 16;

    /** A fallback if the watch fails. It is longer than any scrape waits. */
    private static final Duration JETTY_IDLE = Duration.ofMinutes(3);

    /** How often to look whether the files of {@code web.config.file} have changed. */
    private static final long REFRESH_SECONDS = 5;

    private final ListenAddress address;
    private final LiveWebConfig web;
    private final Server server;
    private final ServerConnector connector;
    private final ScheduledExecutorService watch;

    private HttpEndpoint(
            ListenAddress address,
            LiveWebConfig web,
            Server server,
            ServerConnector connector,
            ScheduledExecutorService watch) {
        this.address = address;
        this.web = web;
        this.server = server;
        this.connector = connector;
        this.watch = watch;
    }

    public static HttpEndpoint start(
            ListenAddress address,
            LiveWebConfig web,
            Router router,
            ConnectionWatch connections,
            RejectedRequests rejected)
            throws IOException {
        QueuedThreadPool threads =
                new QueuedThreadPool(MetricsPage.MAX_CONCURRENT + MORE_THREADS + web.loginThreads(), MIN_THREADS);
        threads.setName("http");
        threads.setReservedThreads(0);
        Server server = new Server(threads);
        ServerConnector connector = new ServerConnector(server, null, null, null, 1, 1, protocols(web));
        connector.setHost(address.host().isEmpty() ? null : address.host());
        connector.setIdleTimeout(JETTY_IDLE.toMillis());
        connector.addBean(connections);
        server.addConnector(connector);
        server.setHandler(new GracefulHandler(router));
        server.setErrorHandler((request, response, callback) -> sendError(router, response, callback, rejected));
        ScheduledExecutorService watch = Executors.newSingleThreadScheduledExecutor(task -> {
            Thread thread = new Thread(task, "http-watch");
            thread.setDaemon(true);
            return thread;
        });
        HttpEndpoint endpoint = new HttpEndpoint(address, web, server, connector, watch);
        endpoint.start(connections);
        return endpoint;
    }

    private static ConnectionFactory[] protocols(LiveWebConfig web) {
        HttpConnectionFactory http = new HttpConnectionFactory(configuration());
        SslContextFactory.Server tls = web.sslContextFactory();
        if (tls == null) {
            return new ConnectionFactory[] {http};
        }
        SslConnectionFactory ssl = new SslConnectionFactory(tls, http.getProtocol());
        // It answers 400 if the certificate lacks the name in the header Host. The client decides about the name.
        ssl.setEnsureSecureRequestCustomizer(false);
        return new ConnectionFactory[] {ssl, http};
    }

    private static HttpConfiguration configuration() {
        HttpConfiguration configuration = new HttpConfiguration();
        configuration.setSendServerVersion(false);
        configuration.setSendXPoweredBy(false);
        configuration.setRequestHeaderSize(MAX_HEADER);
        configuration.setOutputBufferSize(OUTPUT_BUFFER);
        configuration.setMaxUnconsumedRequestContentReads(1);
        return configuration;
    }

    private void start(ConnectionWatch connections) throws IOException {
        try {
            connector.open(address.open(ACCEPT_QUEUE));
            server.start();
        } catch (IOException e) {
            close();
            throw e;
        } catch (Exception e) {
            close();
            throw new IOException(e);
        }
        var unused = watch.scheduleWithFixedDelay(connections::closeOverdue, 1, 1, TimeUnit.SECONDS);
        var unusedToo = watch.scheduleWithFixedDelay(web::refresh, REFRESH_SECONDS, REFRESH_SECONDS, TimeUnit.SECONDS);
    }

    /** Answers what Jetty itself rejects, before or after the router handles a request. */
    private static boolean sendError(Router router, Response response, Callback callback, RejectedRequests rejected) {
        int status = response.getStatus();
        if (status == HttpStatus.URI_TOO_LONG_414 || status == HttpStatus.REQUEST_HEADER_FIELDS_TOO_LARGE_431) {
            rejected.count(RejectedRequests.Reason.TOO_LARGE);
        }
        // Do not log the URL: a client may have put its token into the query.
        LOG.debug("a request was refused with {}", status);
        router.send(Reply.status(status), response, callback);
        return true;
    }

    /** The URL of the metrics, with the port that was bound. */
    public URI uri() {
        return new ListenAddress(address.host(), connector.getLocalPort())
                .page(web.sslContextFactory() == null ? "http" : "https", "/metrics");
    }

    /** Stops accepting requests and lets running ones finish within the limit. */
    public void stop(Duration limit) {
        server.setStopTimeout(limit.toMillis());
        close();
    }

    @Override
    public void close() {
        watch.shutdownNow();
        try {
            server.stop();
        } catch (Exception e) {
            LOG.debug("the HTTP server did not stop cleanly", e);
        }
    }
}
