package io.getindico.metrics.exporter.http;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Pattern;

/**
 * One item of a header such as {@code Accept}: {@code text/plain;version=0.0.4;q=0.5}.
 *
 * @param value in lower case
 * @param parameters with names in lower case, without the quality
 * @param quality 0 if not acceptable, or if the quality is malformed, since every header has a fallback
 */
record HeaderItem(String value, Map<String, String> parameters, double quality) {
    private static final Pattern QUALITY = Pattern.compile("0(\\.\\d{0,3})?|1(\\.0{0,3})?");

    /** Accepts anything a client sends. Jetty's own parser throws on some headers. */
    static List<HeaderItem> parse(List<String> header) {
        return split(String.join(",", header), ',').stream().map(HeaderItem::of).toList();
    }

    private static HeaderItem of(String item) {
        List<String> parts = split(item, ';');
        Map<String, String> parameters = new HashMap<>();
        double quality = 1;
        for (String part : parts.subList(1, parts.size())) {
            int equals = part.indexOf('=');
            String name =
                    (equals < 0 ? part : part.substring(0, equals)).strip().toLowerCase(Locale.ROOT);
            String value = equals < 0 ? "" : unquoted(part.substring(equals + 1).strip());
            if (name.equals("q")) {
                quality = QUALITY.matcher(value).matches() ? Double.parseDouble(value) : 0;
            } else {
                parameters.put(name, value);
            }
        }
        return new HeaderItem(parts.get(0).strip().toLowerCase(Locale.ROOT), parameters, quality);
    }

    /** Splits at separators outside quotes. A text with an unclosed quote has no parts. */
    private static List<String> split(String text, char separator) {
        List<String> parts = new ArrayList<>();
        boolean isQuoted = false;
        boolean isEscaped = false;
        int begin = 0;
        for (int i = 0; i < text.length(); i++) {
            char character = text.charAt(i);
            if (isEscaped) {
                isEscaped = false;
            } else if (character == '"') {
                isQuoted = !isQuoted;
            } else if (isQuoted) {
                isEscaped = character == '\\';
            } else if (character == separator) {
                parts.add(text.substring(begin, i));
                begin = i + 1;
            }
        }
        parts.add(text.substring(begin));
        return isQuoted ? List.of() : parts;
    }

    private static String unquoted(String value) {
        boolean isQuoted = value.length() > 1 && value.startsWith("\"") && value.endsWith("\"");
        return isQuoted ? value.substring(1, value.length() - 1).replaceAll("\\\\(.)", "$1") : value;
    }
}
