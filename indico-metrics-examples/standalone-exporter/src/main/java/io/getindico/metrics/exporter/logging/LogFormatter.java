package io.getindico.metrics.exporter.logging;

import static java.util.stream.Collectors.joining;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import io.getindico.metrics.exporter.settings.Options.LogFormat;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.Objects;
import java.util.logging.Formatter;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Formats a record as a line of text or as an object in JSON. */
final class LogFormatter extends Formatter {
    private static final DateTimeFormatter TIME =
            DateTimeFormatter.ofPattern("yyyy-MM-dd'T'HH:mm:ss.SSSXXX").withZone(ZoneId.systemDefault());

    /** The lines about collectors begin and end in the same way. */
    private static final Pattern COLLECTOR = Pattern.compile("collector '([^']+)'");

    private static final Pattern REASON =
            Pattern.compile("(?:collector '|database: ).*\\(([a-z_]+)\\)(?:; retrying)?", Pattern.DOTALL);

    private final boolean isJournal;

    /** Null for text, because it takes memory. */
    private final @Nullable JsonFactory json;

    /**
     * @param isJournal whether the journal reads the lines: it takes the priority from each line, and knows the time
     */
    LogFormatter(LogFormat format, boolean isJournal) {
        this.json = format == LogFormat.JSON ? new JsonFactory() : null;
        this.isJournal = isJournal;
    }

    @Override
    public String format(LogRecord line) {
        String text = json == null ? text(line) : json(line, json);
        if (!isJournal) {
            return text + "\n";
        }
        String priority = "<" + priority(line.getLevel()) + ">";
        return text.lines().map(part -> priority + part + "\n").collect(joining());
    }

    private String text(LogRecord line) {
        String name = name(line);
        String start = isJournal ? "" : TIME.format(line.getInstant()) + " ";
        String instance = CurrentInstance.name();
        return start + level(line.getLevel()) + " " + name.substring(name.lastIndexOf('.') + 1)
                + (instance == null ? "" : " [" + instance + "]") + " - " + formatMessage(line)
                + (line.getThrown() == null
                        ? ""
                        : "\n" + stackTrace(line.getThrown()).stripTrailing());
    }

    private String json(LogRecord line, JsonFactory factory) {
        String message = formatMessage(line);
        StringWriter text = new StringWriter();
        try (JsonGenerator object = factory.createGenerator(text)) {
            object.writeStartObject();
            object.writeStringField("time", TIME.format(line.getInstant()));
            object.writeStringField("level", level(line.getLevel()));
            object.writeStringField("logger", name(line));
            String instance = CurrentInstance.name();
            if (instance != null) {
                object.writeStringField("instance", instance);
            }
            object.writeStringField("message", message);
            Matcher collector = COLLECTOR.matcher(message);
            if (collector.lookingAt()) {
                object.writeStringField("collector", collector.group(1));
            }
            Matcher reason = REASON.matcher(message);
            if (reason.matches()) {
                object.writeStringField("reason", reason.group(1));
            }
            if (line.getThrown() != null) {
                object.writeStringField("exception", stackTrace(line.getThrown()));
            }
            object.writeEndObject();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return text.toString();
    }

    private static String name(LogRecord line) {
        return Objects.requireNonNullElse(line.getLoggerName(), "");
    }

    private static String stackTrace(Throwable thrown) {
        StringWriter text = new StringWriter();
        thrown.printStackTrace(new PrintWriter(text, true));
        return text.toString();
    }

    private static String level(Level level) {
        if (level.intValue() >= Level.SEVERE.intValue()) {
            return "ERROR";
        }
        if (level.intValue() >= Level.WARNING.intValue()) {
            return "WARN";
        }
        return level.intValue() >= Level.INFO.intValue() ? "INFO" : "DEBUG";
    }

    /** As syslog numbers them. */
    private static int priority(Level level) {
        return switch (level(level)) {
            case "ERROR" -> 3;
            case "WARN" -> 4;
            case "INFO" -> 6;
            default -> 7;
        };
    }
}
