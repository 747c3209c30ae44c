package io.getindico.metrics.exporter.http;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.nio.ByteBuffer;
import java.util.Map;
import org.eclipse.jetty.http.HttpStatus;

/** A complete HTTP answer. */
record Reply(int status, String contentType, ByteBuffer body, Map<String, String> headers) {
    private static final String PLAIN = "text/plain; charset=utf-8";

    static Reply ok(String contentType, byte[] body) {
        return ok(contentType, ByteBuffer.wrap(body));
    }

    static Reply ok(String contentType, ByteBuffer body) {
        return new Reply(HttpStatus.OK_200, contentType, body, Map.of());
    }

    /** An answer with the standard text of the status, which reveals no details. */
    static Reply status(int status) {
        return text(status, status + " " + HttpStatus.getMessage(status) + "\n");
    }

    static Reply text(int status, String text) {
        return new Reply(status, PLAIN, ByteBuffer.wrap(text.getBytes(UTF_8)), Map.of());
    }

    Reply with(Map<String, String> more) {
        return new Reply(status, contentType, body, more);
    }
}
