package io.getindico.metrics.exporter;

import io.getindico.metrics.exporter.settings.Setting;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;

/** Settings with a secret in one of the possible places and with one fault. */
final class FuzzedSettings {
    private static final List<String> BAD_LINES = List.of(
            "  : - [", "\tzone: UTC", "zone: \"UTC", "zone: UTC\nzone: UTC", "{", "- x", "zone: {a: b}", "&a *a");
    private static final String CUTS = "@:/?#%& []=,\\";

    /** The place of the secret. */
    enum Place {
        URL_USERINFO,
        URL_PARAMETER,
        PASSWORD,
        PASSWORD_FILE,
        TOKEN,
        TOKEN_FILE
    }

    /** How the setting with the secret is given. */
    enum Source {
        ENVIRONMENT,
        FILE,
        FLAG
    }

    /** What is wrong, apart from the secret, which is never a valid password. */
    enum Trouble {
        NONE,
        MALFORMED_URL,
        UNKNOWN_HOST,
        REFUSED_PORT,
        WRONG_DATABASE,
        BAD_SSLMODE,
        UNKNOWN_PARAMETER,
        BAD_YAML,
        BAD_DURATION,
        UNREADABLE_FILE,
        UNKNOWN_SETTING,
        RUBBISH,
        ECHO
    }

    /** The ports of the servers: a PostgreSQL, one that sends rubbish, and one that repeats what it receives. */
    record Ports(int postgres, int rubbish, int echo) {}

    private final Random random;
    private final FuzzedSecret secret;
    private final Place place;
    private final Source source;
    private final Trouble trouble;
    private final Path folder;
    private final Map<String, String> settings = new LinkedHashMap<>();
    private final Map<String, String> environment = new HashMap<>();
    private final List<String> arguments = new ArrayList<>();

    FuzzedSettings(Random random, FuzzedSecret secret, Ports ports, Path folder) throws IOException {
        this.random = random;
        this.secret = secret;
        this.place = any(Place.values());
        this.source = any(Source.values());
        this.trouble = any(Trouble.values());
        this.folder = folder;
        settings.put("database.url", url(ports));
        settings.put("listen", "127.0.0.1:0");
        addSecret();
        addTrouble();
        distribute();
    }

    private <T> T any(T[] values) {
        return values[random.nextInt(values.length)];
    }

    private String url(Ports ports) {
        String userInfo = place == Place.URL_USERINFO ? "somebody:" + inUrl() + "@" : "somebody@";
        String host = trouble == Trouble.UNKNOWN_HOST ? "nowhere.invalid" : "127.0.0.1";
        int port = switch (trouble) {
            case REFUSED_PORT -> 9;
            case RUBBISH -> ports.rubbish();
            case ECHO -> ports.echo();
            default -> ports.postgres();
        };
        List<String> parameters = new ArrayList<>();
        if (place == Place.URL_PARAMETER) {
            parameters.add("password=" + inUrl());
        }
        if (trouble == Trouble.BAD_SSLMODE) {
            parameters.add(random.nextInt(parameters.size() + 1), "sslmode=often");
        } else if (trouble == Trouble.UNKNOWN_PARAMETER) {
            parameters.add(random.nextInt(parameters.size() + 1), "socketFactoryy=x");
        }
        String database = trouble == Trouble.WRONG_DATABASE ? "elsewhere" : "postgres";
        String url = (random.nextBoolean() ? "jdbc:postgresql://" : "postgresql://") + userInfo + host + ":" + port
                + "/" + database + (parameters.isEmpty() ? "" : "?" + String.join("&", parameters));
        return trouble == Trouble.MALFORMED_URL ? malformed(url) : url;
    }

    private String inUrl() {
        return random.nextBoolean() ? secret.encoded() : secret.text();
    }

    /** Inserts one character, removes one, or cuts off the beginning. */
    private String malformed(String url) {
        int at = random.nextInt(url.length());
        return switch (random.nextInt(3)) {
            case 0 -> url.substring(0, at) + CUTS.charAt(random.nextInt(CUTS.length())) + url.substring(at);
            case 1 -> isColonOfPassword(url, at) ? url : url.substring(0, at) + url.substring(at + 1);
            default -> url.substring(url.indexOf("somebody") - random.nextInt(4));
        };
    }

    /**
     * Without this colon, the rest would belong to the user name, which is not secret: the server itself reports it.
     */
    private static boolean isColonOfPassword(String url, int at) {
        return url.startsWith("somebody:", at - "somebody".length());
    }

    private void addSecret() throws IOException {
        switch (place) {
            case PASSWORD -> settings.put("database.password", secret.text());
            case PASSWORD_FILE -> settings.put("database.password-file", secretFile());
            case TOKEN -> settings.put("token", secret.text());
            case TOKEN_FILE -> settings.put("token-file", secretFile());
            case URL_USERINFO, URL_PARAMETER -> {}
        }
    }

    private String secretFile() throws IOException {
        return Files.writeString(folder.resolve("secret"), secret.text() + (random.nextBoolean() ? "\n" : ""))
                .toString();
    }

    private void addTrouble() {
        switch (trouble) {
            case BAD_DURATION -> settings.put("ttl.live", "often");
            case UNREADABLE_FILE ->
                settings.put("token-file", folder.resolve("none").toString());
            case UNKNOWN_SETTING -> environment.put("INDICO_METRICS_TOKENS", "x");
            default -> {}
        }
    }

    /** Gives the settings that can hold the secret by the source, and the others by the environment. */
    private void distribute() throws IOException {
        List<String> lines = new ArrayList<>();
        settings.forEach((name, value) -> {
            boolean isByEnvironment = source == Source.ENVIRONMENT || name.equals("listen");
            if (isByEnvironment) {
                environment.put(Setting.variable(name), value);
            } else if (source == Source.FILE) {
                lines.add(yaml(name, value));
            } else if (random.nextBoolean()) {
                arguments.add(Setting.flag(name) + "=" + value);
            } else {
                arguments.addAll(List.of(Setting.flag(name), value));
            }
        });
        if (source == Source.FLAG && random.nextInt(8) == 0) {
            // Other programs accept this form, or it has a blank too many.
            arguments.add(any(new String[] {"-p" + secret.text(), "--token:" + secret.text(), secret.text()}));
        }
        if (!lines.isEmpty()) {
            if (trouble == Trouble.BAD_YAML) {
                lines.add(random.nextInt(lines.size() + 1), BAD_LINES.get(random.nextInt(BAD_LINES.size())));
            }
            environment.put(
                    "INDICO_METRICS_CONFIG",
                    Files.writeString(folder.resolve("exporter.yaml"), String.join("\n", lines))
                            .toString());
        }
    }

    private String yaml(String name, String value) {
        int dot = name.indexOf('.');
        return switch (random.nextInt(5)) {
            case 0 -> name + ": " + value;
            case 1 -> name + ": \"" + value + "\"";
            case 2 -> name + ": '" + value.replace("'", "''") + "'";
            case 3 -> name + ": [" + value + "]";
            default ->
                dot < 0
                        ? name + ":" + value
                        : name.substring(0, dot) + ":\n  " + name.substring(dot + 1) + ": " + value;
        };
    }

    Map<String, String> environment() {
        return environment;
    }

    List<String> arguments() {
        return arguments;
    }

    @Override
    public String toString() {
        return place + " by " + source + " with " + trouble + ": " + arguments + " " + environment;
    }
}
