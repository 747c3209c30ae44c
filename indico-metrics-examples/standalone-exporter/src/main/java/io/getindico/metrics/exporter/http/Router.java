package io.getindico.metrics.exporter.http;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.getindico.metrics.exporter.logging.CurrentInstance;
import io.getindico.metrics.exporter.page.Document;
import io.getindico.metrics.exporter.settings.Settings;
import io.getindico.metrics.exporter.web.Admission;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Function;
import java.util.function.Supplier;
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

    private static final HttpFields RELOADING =
            HttpFields.build().add(HttpHeader.ALLOW, "POST, PUT").asImmutable();
    private static final int RELOAD_SECONDS = 30;

    /** Two headers, because browsers take one header for one way to log in. */
    private static final HttpFields CHALLENGE = HttpFields.build()
            .add(HttpHeader.WWW_AUTHENTICATE, "Bearer realm=\"indico-metrics\"")
            .add(HttpHeader.WWW_AUTHENTICATE, "Basic realm=\"indico-metrics\", charset=\"UTF-8\"")
            .asImmutable();

    private final Supplier<Served> served;
    private final Supplier<CompletableFuture<Boolean>> reload;
    private final RejectedRequests rejected;
    private final ConnectionWatch connections;

    /**
     * Creates the routes.
     *
     * @param served what is served now
     * @param reload reads the settings again; the result says whether they were accepted
     */
    public Router(
            Supplier<Served> served,
            Supplier<CompletableFuture<Boolean>> reload,
            RejectedRequests rejected,
            ConnectionWatch connections) {
        this.served = served;
        this.reload = reload;
        this.rejected = rejected;
        this.connections = connections;
    }

    @Override
    public boolean handle(Request request, Response response, Callback callback) {
        var connection = request.getConnectionMetaData().getConnection();
        connections.handling(connection);
        Reply reply = guarded(() -> route(request));
        connections.answering(connection);
        send(reply, response, Callback.from(() -> connections.answered(connection), callback));
        return true;
    }

    private static Reply guarded(Supplier<Reply> work) {
        try {
            return work.get();
        } catch (RuntimeException | LinkageError e) {
            LOG.error("a request failed", e);
            return Reply.status(HttpStatus.INTERNAL_SERVER_ERROR_500);
        }
    }

    private Reply route(Request request) {
        Served now = served.get();
        return switch (String.valueOf(request.getHttpURI().getPath())) {
            case "/metrics" -> readOnly(request, scrape -> metrics(scrape, now, now.metrics()::reply));
            case "/probe" -> readOnly(request, scrape -> metrics(scrape, now, allowed -> probe(allowed, now)));
            case "/-/healthy" -> readOnly(request, unused -> Reply.text(HttpStatus.OK_200, "healthy\n"));
            case "/-/ready" -> readOnly(request, unused -> ready(now));
            case "/" -> readOnly(request, visit -> page(visit, now));
            case "/-/reload" -> reload(request, now);
            default -> Reply.status(HttpStatus.NOT_FOUND_404);
        };
    }

    private static Reply readOnly(Request request, Function<Request, Reply> reply) {
        return HttpMethod.GET.is(request.getMethod()) || HttpMethod.HEAD.is(request.getMethod())
                ? reply.apply(request)
                : Reply.status(HttpStatus.METHOD_NOT_ALLOWED_405).with(READ_ONLY);
    }

    private static Reply ready(Served now) {
        return now.isReady()
                ? Reply.text(HttpStatus.OK_200, "ready\n")
                : Reply.text(
                        HttpStatus.SERVICE_UNAVAILABLE_503,
                        "the first attempt to read the database has not ended yet\n");
    }

    private Reply metrics(Request request, Served now, Function<Request, Reply> reply) {
        String query = request.getHttpURI().getQuery();
        if (query != null && query.length() > MAX_QUERY) {
            rejected.count(RejectedRequests.Reason.TOO_LARGE);
            return Reply.status(HttpStatus.URI_TOO_LONG_414);
        }
        return admitted(request, now, () -> reply.apply(request));
    }

    private static Reply probe(Request request, Served now) {
        if (now.isSingle()) {
            return Reply.text(HttpStatus.NOT_FOUND_404, "the settings name no instances; scrape /metrics\n");
        }
        String name = target(request);
        if (name == null) {
            return Reply.text(
                    HttpStatus.BAD_REQUEST_400,
                    "target: is missing, expected the name of one instance, such as /probe?target=NAME\n");
        }
        Target target = now.targets().get(name);
        return target == null
                ? noSuchInstance()
                : replyFor(name, () -> target.metrics().reply(request));
    }

    private static Reply replyFor(String instance, Supplier<Reply> work) {
        return CurrentInstance.call(instance, () -> guarded(work));
    }

    /** The one target that the request names; null if it names none or several. */
    private static @Nullable String target(Request request) {
        try {
            List<String> names = Request.extractQueryParameters(request).getValuesOrEmpty("target");
            return names.size() == 1 && !names.get(0).isEmpty() ? names.get(0) : null;
        } catch (RuntimeException e) {
            // Only the client's input can be the cause here.
            return null;
        }
    }

    /** Lists no names. */
    private static Reply noSuchInstance() {
        return Reply.text(HttpStatus.NOT_FOUND_404, "target: no instance has this name\n");
    }

    private static Reply html(Request request, Served now) {
        String name = now.isSingle() ? Settings.ONLY : target(request);
        if (name == null) {
            return Reply.ok(HTML, Document.ofInstances(now.targets().keySet()).getBytes(UTF_8));
        }
        Target target = now.targets().get(name);
        return target == null
                ? noSuchInstance()
                : replyFor(name, () -> Reply.ok(HTML, target.page().html()));
    }

    private Reply admitted(Request request, Served now, Supplier<Reply> reply) {
        return switch (now.access().admit(authorization(request))) {
            case YES -> reply.get();
            case NO -> {
                rejected.count(RejectedRequests.Reason.UNAUTHORIZED);
                yield Reply.status(HttpStatus.UNAUTHORIZED_401).with(CHALLENGE);
            }
            case BUSY -> busy();
        };
    }

    private Reply reload(Request request, Served now) {
        if (!now.access().isLifecycleEnabled()) {
            return Reply.status(HttpStatus.NOT_FOUND_404);
        }
        if (!HttpMethod.POST.is(request.getMethod()) && !HttpMethod.PUT.is(request.getMethod())) {
            return Reply.status(HttpStatus.METHOD_NOT_ALLOWED_405).with(RELOADING);
        }
        return admitted(request, now, this::reload);
    }

    /** The answer does not say why settings are refused: that is for those who can read the log. */
    private Reply reload() {
        try {
            return reload.get().get(RELOAD_SECONDS, TimeUnit.SECONDS)
                    ? Reply.text(HttpStatus.OK_200, "reloaded\n")
                    : Reply.text(
                            HttpStatus.INTERNAL_SERVER_ERROR_500,
                            "the settings are refused, and the ones before stay in force; the log says why\n");
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (ExecutionException e) {
            throw new IllegalStateException(e);
        } catch (TimeoutException e) {
            LOG.debug("a reload takes long");
        }
        return Reply.text(HttpStatus.SERVICE_UNAVAILABLE_503, "the reload has not ended yet; the log will say how\n");
    }

    private Reply page(Request request, Served now) {
        String authorization = authorization(request);
        Admission admission = now.access().admit(authorization);
        if (admission != Admission.NO) {
            return admission == Admission.YES ? html(request, now) : busy();
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
        served.get().access().web().headers().forEach(headers::put);
        reply.headers().forEach(headers::add);
        response.write(true, reply.body(), callback);
    }
}
