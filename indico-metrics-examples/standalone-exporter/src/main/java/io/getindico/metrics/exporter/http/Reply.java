package io.getindico.metrics.exporter.http;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.nio.ByteBuffer;
import org.eclipse.jetty.http.HttpFields;
import org.eclipse.jetty.http.HttpStatus;

/** A complete HTTP answer. */
record Reply(int status, String contentType, ByteBuffer body, HttpFields headers) {
    private static final String PLAIN = "text/plain; charset=utf-8";

    static Reply ok(String contentType, byte[] body) {
        return ok(contentType, ByteBuffer.wrap(body));
    }

    static Reply ok(String contentType, ByteBuffer body) {
        return new Reply(HttpStatus.OK_200, contentType, body, HttpFields.EMPTY);
    }

    /** An answer with the standard text of the status, which reveals no details. */
    static Reply status(int status) {
        return text(status, status + " " + HttpStatus.getMessage(status) + "\n");
    }

    static Reply text(int status, String text) {
        return new Reply(status, PLAIN, ByteBuffer.wrap(text.getBytes(UTF_8)), HttpFields.EMPTY);
    }

    Reply with(HttpFields more) {
        return new Reply(status, contentType, body, more);
    }
}
