package io.getindico.metrics.exporter;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Pattern;
import org.eclipse.jetty.http.QuotedCSV;

/**
 * One item of a header such as {@code Accept}: {@code text/plain;version=0.0.4;q=0.5}.
 *
 * @param value in lower case
 * @param parameters with names in lower case, without the quality
 * @param quality 0 for not acceptable; also for a quality that is none, since every header falls back to something
 */
record HeaderItem(String value, Map<String, String> parameters, double quality) {
    private static final Pattern QUALITY = Pattern.compile("0(\\.\\d{0,3})?|1(\\.0{0,3})?");

    static List<HeaderItem> parse(List<String> header) {
        try {
            List<HeaderItem> items = new ArrayList<>();
            for (String item : new QuotedCSV(false, header.toArray(String[]::new))) {
                items.add(of(item));
            }
            return items;
        } catch (IllegalArgumentException e) {
            // A quote without its end: a header that says nothing is answered as one that is not there.
            return List.of();
        }
    }

    private static HeaderItem of(String item) {
        String[] parts = item.split(";", -1);
        Map<String, String> parameters = new HashMap<>();
        double quality = 1;
        for (int i = 1; i < parts.length; i++) {
            int equals = parts[i].indexOf('=');
            String name = (equals < 0 ? parts[i] : parts[i].substring(0, equals))
                    .strip()
                    .toLowerCase(Locale.ROOT);
            String value = equals < 0 ? "" : parts[i].substring(equals + 1).strip();
            if (name.equals("q")) {
                quality = QUALITY.matcher(value).matches() ? Double.parseDouble(value) : 0;
            } else {
                parameters.put(name, value);
            }
        }
        return new HeaderItem(parts[0].strip().toLowerCase(Locale.ROOT), parameters, quality);
    }
}
