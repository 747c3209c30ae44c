package io.getindico.metrics.exporter.http;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.zip.Deflater;
import java.util.zip.GZIPOutputStream;

/** Gzip for clients that accept it. */
final class Compression {
    private Compression() {}

    /** Whether {@code Accept-Encoding} accepts gzip and does not prefer the plain form. */
    static boolean isGzipWanted(List<String> acceptEncodingHeader) {
        List<HeaderItem> items = HeaderItem.parse(acceptEncodingHeader);
        double any = quality(items, "*", 0);
        double gzip = Math.max(quality(items, "gzip", -1), quality(items, "x-gzip", -1));
        double wanted = gzip < 0 ? any : gzip;
        return wanted > 0 && wanted >= quality(items, "identity", 0);
    }

    private static double quality(List<HeaderItem> items, String coding, double otherwise) {
        return items.stream()
                .filter(item -> item.value().equals(coding))
                .mapToDouble(HeaderItem::quality)
                .findFirst()
                .orElse(otherwise);
    }

    static byte[] gzip(byte[] plain) {
        ByteArrayOutputStream out = new ByteArrayOutputStream(plain.length / 4 + 64);
        try (GZIPOutputStream gzip = new FastGzip(out)) {
            gzip.write(plain);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return out.toByteArray();
    }

    private static final class FastGzip extends GZIPOutputStream {
        FastGzip(ByteArrayOutputStream out) throws IOException {
            super(out);
            def.setLevel(Deflater.BEST_SPEED);
        }
    }
}
