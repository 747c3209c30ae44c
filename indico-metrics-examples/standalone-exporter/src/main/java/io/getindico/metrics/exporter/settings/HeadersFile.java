package io.getindico.metrics.exporter.settings;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A file that holds headers of HTTP, such as {@code Authorization: Bearer TOKEN}, one in each line. */
public record HeadersFile(Path path) {
    private static final Pattern HEADER =
            Pattern.compile("([A-Za-z0-9!#$%&'*+.^_`|~-]+):\\s*([\\x21-\\x7e][\\x20-\\x7e]*)");

    /** Those that describe the connection and the body. */
    private static final Set<String> OF_THE_CLIENT = Set.of(
            "connection",
            "content-encoding",
            "content-length",
            "content-type",
            "expect",
            "host",
            "transfer-encoding",
            "upgrade");

    public Map<String, String> read() throws InvalidValueException {
        Map<String, String> headers = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
        String text;
        try {
            text = Files.readString(path, UTF_8);
        } catch (IOException e) {
            throw new InvalidValueException("a file that can be read, but " + UnreadablePath.reason(path, e));
        }
        for (String line : text.lines().map(String::strip).toList()) {
            Matcher header = HEADER.matcher(line);
            if (line.isEmpty()) {
                continue;
            }
            if (!header.matches()
                    || OF_THE_CLIENT.contains(header.group(1).toLowerCase(Locale.ROOT))
                    || headers.put(header.group(1), header.group(2)) != null) {
                throw new InvalidValueException(
                        "a file of headers, each in a line of its own, such as 'Authorization: Bearer TOKEN', without"
                                + " those of the connection and the body");
            }
        }
        return headers;
    }
}
