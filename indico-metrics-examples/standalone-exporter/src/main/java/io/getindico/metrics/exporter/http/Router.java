package io.getindico.metrics.exporter.http;

import java.util.Map;
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

/** Routes each request by its exact path. It checks the method, and for the metrics the token. */
public final class Router extends Handler.Abstract {
    private static final Logger LOG = LoggerFactory.getLogger(Router.class);
    private static final int MAX_QUERY = 8192;
    private static final Map<String, String> READ_ONLY = Map.of(HttpHeader.ALLOW.asString(), "GET, HEAD");
    private static final Map<String, String> CHALLENGE =
            Map.of(HttpHeader.WWW_AUTHENTICATE.asString(), "Bearer realm=\"indico-metrics\"");

    private final MetricsPage metricsPage;
    private final LandingPage landingPage;
    private final Readiness readiness;
    private final BearerToken token;
    private final RejectedRequests rejected;
    private final ConnectionWatch connections;

    public Router(
            MetricsPage metricsPage,
            LandingPage landingPage,
            Readiness readiness,
            BearerToken token,
            RejectedRequests rejected,
            ConnectionWatch connections) {
        this.metricsPage = metricsPage;
        this.landingPage = landingPage;
        this.readiness = readiness;
        this.token = token;
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
        String path = String.valueOf(request.getHttpURI().getPath());
        return switch (path) {
            case "/metrics" -> guarded(request, isAuthorized(request));
            case "/-/healthy" -> readOnly(request, Reply.text(HttpStatus.OK_200, "healthy\n"));
            case "/-/ready" -> readOnly(request, ready());
            case "/" -> readOnly(request, null);
            default -> Reply.status(HttpStatus.NOT_FOUND_404);
        };
    }

    private Reply ready() {
        return readiness.isReady()
                ? Reply.text(HttpStatus.OK_200, "ready\n")
                : Reply.text(
                        HttpStatus.SERVICE_UNAVAILABLE_503,
                        "the first attempt to read the database has not ended yet\n");
    }

    /** Returns the reply if the request only reads. A null reply stands for the landing page. */
    private Reply readOnly(Request request, @Nullable Reply reply) {
        if (!isRead(request)) {
            return Reply.status(HttpStatus.METHOD_NOT_ALLOWED_405).with(READ_ONLY);
        }
        return reply != null ? reply : landingPage.reply(isAuthorized(request));
    }

    private Reply guarded(Request request, boolean isAuthorized) {
        if (!isRead(request)) {
            return Reply.status(HttpStatus.METHOD_NOT_ALLOWED_405).with(READ_ONLY);
        }
        String query = request.getHttpURI().getQuery();
        if (query != null && query.length() > MAX_QUERY) {
            rejected.count(RejectedRequests.Reason.TOO_LARGE);
            return Reply.status(HttpStatus.URI_TOO_LONG_414);
        }
        if (!isAuthorized) {
            rejected.count(RejectedRequests.Reason.UNAUTHORIZED);
            return Reply.status(HttpStatus.UNAUTHORIZED_401).with(CHALLENGE);
        }
        return metricsPage.reply(request);
    }

    private static boolean isRead(Request request) {
        return HttpMethod.GET.is(request.getMethod()) || HttpMethod.HEAD.is(request.getMethod());
    }

    private boolean isAuthorized(Request request) {
        return token.accepts(request.getHeaders().get(HttpHeader.AUTHORIZATION));
    }

    /** Also sends errors for input that never became a request. */
    static void send(Reply reply, Response response, Callback callback) {
        response.setStatus(reply.status());
        HttpFields.Mutable headers = response.getHeaders();
        headers.put(HttpHeader.CONTENT_TYPE, reply.contentType());
        headers.put(HttpHeader.CONTENT_LENGTH, reply.body().remaining());
        SecurityHeaders.ALL.forEach(headers::put);
        reply.headers().forEach(headers::put);
        response.write(true, reply.body(), callback);
    }
}
