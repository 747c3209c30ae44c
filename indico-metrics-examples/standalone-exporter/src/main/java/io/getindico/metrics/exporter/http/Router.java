package io.getindico.metrics.exporter.http;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.getindico.metrics.exporter.page.Document;
import io.getindico.metrics.exporter.page.ExporterPage;
import io.getindico.metrics.exporter.web.Admission;
import java.nio.ByteBuffer;
import java.util.function.Function;
import org.eclipse.jetty.http.HttpFields;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.http.HttpMethod;
import org.eclipse.jetty.http.HttpStatus;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Routes each request by its exact path. It checks the method, and for the metrics and the page the login. */
public final class Router extends Handler.Abstract {
    private static final Logger LOG = LoggerFactory.getLogger(Router.class);
    private static final int MAX_QUERY = 8192;
    private static final String HTML = "text/html; charset=utf-8";
    private static final HttpFields READ_ONLY =
            HttpFields.build().add(HttpHeader.ALLOW, "GET, HEAD").asImmutable();

    /** Two headers, because browsers take one header for one way to log in. */
    private static final HttpFields CHALLENGE = HttpFields.build()
            .add(HttpHeader.WWW_AUTHENTICATE, "Bearer realm=\"indico-metrics\"")
            .add(HttpHeader.WWW_AUTHENTICATE, "Basic realm=\"indico-metrics\", charset=\"UTF-8\"")
            .asImmutable();

    private final MetricsPage metricsPage;
    private final ExporterPage page;
    private final Readiness readiness;
    private final Guard guard;
    private final RejectedRequests rejected;
    private final ConnectionWatch connections;

    public Router(
            MetricsPage metricsPage,
            ExporterPage page,
            Readiness readiness,
            Guard guard,
            RejectedRequests rejected,
            ConnectionWatch connections) {
        this.metricsPage = metricsPage;
        this.page = page;
        this.readiness = readiness;
        this.guard = guard;
        this.rejected = rejected;
        this.connections = connections;
    }

    @Override
    public boolean handle(Request request, Response response, Callback callback) {
        var connection = request.getConnectionMetaData().getConnection();
        connections.handling(connection);
        Reply reply = reply(request);
        connections.answering(connection);
        send(reply, response, Callback.from(() -> connections.answered(connection), callback));
        return true;
    }

    private Reply reply(Request request) {
        try {
            return route(request);
        } catch (RuntimeException | LinkageError e) {
            LOG.error("a request failed", e);
            return Reply.status(HttpStatus.INTERNAL_SERVER_ERROR_500);
        }
    }

    private Reply route(Request request) {
        return switch (String.valueOf(request.getHttpURI().getPath())) {
            case "/metrics" -> readOnly(request, this::metrics);
            case "/-/healthy" -> readOnly(request, unused -> Reply.text(HttpStatus.OK_200, "healthy\n"));
            case "/-/ready" -> readOnly(request, unused -> ready());
            case "/" -> readOnly(request, this::page);
            default -> Reply.status(HttpStatus.NOT_FOUND_404);
        };
    }

    private static Reply readOnly(Request request, Function<Request, Reply> reply) {
        return HttpMethod.GET.is(request.getMethod()) || HttpMethod.HEAD.is(request.getMethod())
                ? reply.apply(request)
                : Reply.status(HttpStatus.METHOD_NOT_ALLOWED_405).with(READ_ONLY);
    }

    private Reply ready() {
        return readiness.isReady()
                ? Reply.text(HttpStatus.OK_200, "ready\n")
                : Reply.text(
                        HttpStatus.SERVICE_UNAVAILABLE_503,
                        "the first attempt to read the database has not ended yet\n");
    }

    private Reply metrics(Request request) {
        String query = request.getHttpURI().getQuery();
        if (query != null && query.length() > MAX_QUERY) {
            rejected.count(RejectedRequests.Reason.TOO_LARGE);
            return Reply.status(HttpStatus.URI_TOO_LONG_414);
        }
        return switch (guard.admit(authorization(request))) {
            case YES -> metricsPage.reply(request);
            case NO -> {
                rejected.count(RejectedRequests.Reason.UNAUTHORIZED);
                yield Reply.status(HttpStatus.UNAUTHORIZED_401).with(CHALLENGE);
            }
            case BUSY -> busy();
        };
    }

    private Reply page(Request request) {
        String authorization = authorization(request);
        Admission admission = guard.admit(authorization);
        if (admission != Admission.NO) {
            return admission == Admission.YES ? Reply.ok(HTML, page.html()) : busy();
        }
        if (authorization != null) {
            // A browser does not send a login before it is asked for one.
            rejected.count(RejectedRequests.Reason.UNAUTHORIZED);
        }
        return new Reply(
                HttpStatus.UNAUTHORIZED_401, HTML, ByteBuffer.wrap(Document.LOCKED.getBytes(UTF_8)), CHALLENGE);
    }

    private Reply busy() {
        rejected.count(RejectedRequests.Reason.BUSY);
        return Reply.status(HttpStatus.SERVICE_UNAVAILABLE_503).with(MetricsPage.TRY_LATER);
    }

    private static @Nullable String authorization(Request request) {
        return request.getHeaders().get(HttpHeader.AUTHORIZATION);
    }

    /** Also sends errors for input that never became a request. */
    void send(Reply reply, Response response, Callback callback) {
        response.setStatus(reply.status());
        HttpFields.Mutable headers = response.getHeaders();
        headers.put(HttpHeader.CONTENT_TYPE, reply.contentType());
        headers.put(HttpHeader.CONTENT_LENGTH, reply.body().remaining());
        SecurityHeaders.ALL.forEach(headers::put);
        guard.web().headers().forEach(headers::put);
        reply.headers().forEach(headers::add);
        response.write(true, reply.body(), callback);
    }
}
