package io.getindico.metrics.exporter;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.Socket;
import java.net.SocketException;
import java.net.URI;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.zip.GZIPInputStream;
import javax.net.ssl.SSLException;

/** A server's answer to one request, byte by byte, without a client library that could correct or hide anything. */
public record Answer(int status, Map<String, String> headers, String rawBody) {
    private static final int TIMEOUT_MILLIS = 30_000;

    public static Answer get(URI uri, String... headers) throws IOException {
        return request("GET", uri, headers);
    }

    static Answer request(String method, URI uri, String... headers) throws IOException {
        String target = uri.getRawPath() + (uri.getRawQuery() == null ? "" : "?" + uri.getRawQuery());
        StringBuilder text = new StringBuilder(method + " " + target + " HTTP/1.1\r\nHost: test\r\n");
        for (String header : headers) {
            text.append(header).append("\r\n");
        }
        return send(uri, text + "Connection: close\r\n\r\n");
    }

    /** Sends what no well-behaved client sends. The answer is empty if the server closed without one. */
    static Answer send(URI uri, String request) throws IOException {
        try (Socket socket = connect(uri)) {
            socket.setSoTimeout(TIMEOUT_MILLIS);
            ByteArrayOutputStream answer = new ByteArrayOutputStream();
            try {
                socket.getOutputStream().write(request.getBytes(ISO_8859_1));
                socket.getInputStream().transferTo(answer);
            } catch (SocketException | SSLException e) {
                // A server that refuses a request before its end resets the connection, so part of the answer may be
                // lost.
                return parse(answer.toString(ISO_8859_1));
            }
            return parse(answer.toString(ISO_8859_1));
        }
    }

    private static Socket connect(URI uri) throws IOException {
        String host = uri.getHost().replaceAll("[\\[\\]]", "");
        return uri.getScheme().equals("https")
                ? AnyCertificate.sockets().createSocket(host, uri.getPort())
                : new Socket(host, uri.getPort());
    }

    private static Answer parse(String text) {
        int end = text.indexOf("\r\n\r\n");
        if (end < 0) {
            return new Answer(0, Map.of(), text);
        }
        String[] lines = text.substring(0, end).split("\r\n", -1);
        Map<String, String> headers = new HashMap<>();
        for (int i = 1; i < lines.length; i++) {
            int colon = lines[i].indexOf(':');
            headers.merge(
                    lines[i].substring(0, colon).toLowerCase(Locale.ROOT),
                    lines[i].substring(colon + 1).strip(),
                    (first, second) -> first + "\n" + second);
        }
        return new Answer(Integer.parseInt(lines[0].split(" ", -1)[1]), headers, text.substring(end + 4));
    }

    String header(String name) {
        return headers.getOrDefault(name, "");
    }

    public String body() {
        return new String(rawBody.getBytes(ISO_8859_1), UTF_8);
    }

    String unzippedBody() throws IOException {
        try (GZIPInputStream in = new GZIPInputStream(new ByteArrayInputStream(rawBody.getBytes(ISO_8859_1)))) {
            return new String(in.readAllBytes(), UTF_8);
        }
    }

    /** The value of a series in the text format. */
    double value(String series) {
        return body().lines()
                .filter(line -> line.startsWith(series + " "))
                .mapToDouble(line -> Double.parseDouble(line.substring(series.length() + 1)))
                .findFirst()
                .orElseThrow(() -> new AssertionError("no series " + series + " in\n" + body()));
    }
}
