package io.getindico.metrics.exporter.settings;

import static java.util.stream.Collectors.joining;

import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneId;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.ITypeConverter;

/** Converts the texts of settings, which have no blanks around them and are not empty. */
public final class Converters {
    private Converters() {}

    static void register(CommandLine parser) {
        parser.registerConverter(String.class, Converters::printable)
                .registerConverter(Path.class, Converters::path)
                .registerConverter(ZoneId.class, Converters::zone)
                .registerConverter(Duration.class, Durations::parse)
                .registerConverter(DatabaseUrl.class, DatabaseUrl::parse)
                .registerConverter(ListenAddress.class, ListenAddress::parse)
                .registerConverter(NameList.class, NameList::parse)
                .registerConverter(ResourceAttributes.class, ResourceAttributes::parse)
                .registerConverter(Options.Profile.class, oneOf(Options.Profile.values()))
                .registerConverter(Options.CollectorMetrics.class, oneOf(Options.CollectorMetrics.values()))
                .registerConverter(Options.LogFormat.class, oneOf(Options.LogFormat.values()))
                .registerConverter(Options.LogLevel.class, oneOf(Options.LogLevel.values()));
    }

    /** A zero byte would end the text in a message to the server, and the server would misread the rest. */
    private static String printable(String text) throws InvalidValueException {
        if (text.chars().anyMatch(Character::isISOControl)) {
            throw new InvalidValueException("text without control characters");
        }
        return text;
    }

    private static Path path(String text) throws InvalidValueException {
        try {
            return Path.of(text);
        } catch (InvalidPathException e) {
            throw new InvalidValueException("a path");
        }
    }

    private static ZoneId zone(String text) throws InvalidValueException {
        try {
            return ZoneId.of(text);
        } catch (DateTimeException e) {
            throw new InvalidValueException(
                    "a time zone such as Europe/Zurich or UTC" + DidYouMean.hint(text, ZoneId.getAvailableZoneIds()));
        }
    }

    public static @Nullable Instant instant(String text) throws InvalidValueException {
        try {
            return text.isBlank() ? null : OffsetDateTime.parse(text.strip()).toInstant();
        } catch (DateTimeException e) {
            throw new InvalidValueException("an instant such as 2026-03-01T12:00:00Z");
        }
    }

    public static <E extends Enum<E>> ITypeConverter<E> oneOf(E[] values) {
        List<String> labels = Arrays.stream(values)
                .map(value -> value.name().toLowerCase(Locale.ROOT))
                .toList();
        int last = labels.size() - 1;
        String expected = labels.stream().limit(last).collect(joining(", ")) + " or " + labels.get(last);
        return text -> {
            if (!labels.contains(text)) {
                throw new InvalidValueException(expected);
            }
            return values[labels.indexOf(text)];
        };
    }

    /** True or false. */
    static final class Flag implements ITypeConverter<Boolean> {
        @Override
        public Boolean convert(String text) throws InvalidValueException {
            if (!text.equals("true") && !text.equals("false")) {
                throw new InvalidValueException("true or false");
            }
            return Boolean.valueOf(text);
        }
    }

    /** Where something is sent to. It holds no secret, so that the log may show it. */
    static final class HttpUrl implements ITypeConverter<URI> {
        @Override
        public URI convert(String text) throws InvalidValueException {
            try {
                URI url = new URI(text).parseServerAuthority();
                String scheme = String.valueOf(url.getScheme()).toLowerCase(Locale.ROOT);
                boolean isPlain = url.getUserInfo() == null && url.getQuery() == null && url.getFragment() == null;
                if (Set.of("http", "https").contains(scheme) && url.getHost() != null && isPlain) {
                    return String.valueOf(url.getPath()).matches("/?") ? url.resolve("/v1/metrics") : url;
                }
            } catch (URISyntaxException e) {
                // Is refused below.
            }
            throw new InvalidValueException(
                    "a URL such as http://localhost:4318/v1/metrics, without a login and without a" + " query");
        }
    }

    /** A bearer token. */
    public static final class Token implements ITypeConverter<String> {
        private static final Pattern TOKEN = Pattern.compile("[\\x21-\\x7e]+");

        @Override
        public String convert(String text) throws InvalidValueException {
            return check(text);
        }

        public static String check(String text) throws InvalidValueException {
            if (!TOKEN.matcher(text).matches()) {
                throw new InvalidValueException("a token of visible ASCII characters without blanks");
            }
            return text;
        }
    }

    /** An amount of memory, as PostgreSQL spells it. */
    static final class Memory implements ITypeConverter<String> {
        private static final Pattern MEMORY = Pattern.compile("(\\d{1,10})(kB|MB|GB)");
        private static final Map<String, Integer> KILOBYTES_SHIFT = Map.of("MB", 10, "GB", 20);
        private static final long LEAST = 64;
        private static final long MOST = Integer.MAX_VALUE;

        @Override
        public String convert(String text) throws InvalidValueException {
            Matcher amount = MEMORY.matcher(text);
            if (amount.matches()) {
                long kilobytes = Long.parseLong(amount.group(1)) << KILOBYTES_SHIFT.getOrDefault(amount.group(2), 0);
                if (kilobytes >= LEAST && kilobytes <= MOST) {
                    return text;
                }
            }
            throw new InvalidValueException("an amount as PostgreSQL spells it, such as 16MB, from 64kB to 2047GB");
        }
    }

    /** A share as a percentage, such as {@code 0.5%}. */
    static final class Percentage implements ITypeConverter<Double> {
        private static final Pattern PERCENTAGE = Pattern.compile("(\\d{1,3}(?:\\.\\d{1,6})?)%");

        @Override
        public Double convert(String text) throws InvalidValueException {
            Matcher percentage = PERCENTAGE.matcher(text);
            double share = percentage.matches() ? Double.parseDouble(percentage.group(1)) / 100 : 0;
            if (!(share > 0 && share <= 1)) {
                throw new InvalidValueException("a percentage above 0% and up to 100%, such as 1% or 0.5%");
            }
            return share;
        }
    }

    /** A number from 0 to 99. */
    static final class UpTo99 implements ITypeConverter<Integer> {
        @Override
        public Integer convert(String text) throws InvalidValueException {
            if (!text.matches("\\d{1,2}")) {
                throw new InvalidValueException("a number from 0 to 99");
            }
            return Integer.valueOf(text);
        }
    }
}
