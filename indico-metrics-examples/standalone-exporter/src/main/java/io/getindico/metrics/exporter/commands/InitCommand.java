package io.getindico.metrics.exporter.commands;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.stream.Collectors.joining;

import io.getindico.metrics.exporter.settings.DatabaseUrl;
import io.getindico.metrics.exporter.settings.InstanceName;
import io.getindico.metrics.exporter.settings.InvalidValueException;
import io.getindico.metrics.exporter.settings.Options;
import io.getindico.metrics.exporter.settings.Setting;
import io.getindico.metrics.exporter.settings.SettingException;
import io.getindico.metrics.exporter.settings.Settings;
import io.getindico.metrics.exporter.settings.UnreadablePath;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFileAttributeView;
import java.nio.file.attribute.PosixFileAttributes;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.DateTimeException;
import java.time.ZoneId;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/**
 * {@code init}: writes a first {@code exporter.yaml}. It takes the place of the database and the time zone from Indico's
 * configuration, and never a login or anything else.
 */
@Command(
        name = "init",
        description =
                "Writes the first exporter.yaml from Indico's own configuration and the other flags, and ends with"
                        + " check. Run it once, as root.")
final class InitCommand implements ExporterCommand {
    private static final String URL_NAME = "SQLALCHEMY_DATABASE_URI";
    private static final String ZONE_NAME = "DEFAULT_TIMEZONE";
    private static final int MAX_SIZE = 1 << 20;

    private final PrintStream out;
    private final CheckCommand check;

    @Option(
            names = "--indico-conf",
            paramLabel = "FILE",
            required = true,
            description = {"Indico's configuration, such as /opt/indico/etc/indico.conf.", "Required."})
    private Path indicoConf = Path.of("");

    @Option(
            names = "--output",
            paramLabel = "FILE",
            defaultValue = "/etc/indico-metrics-exporter/exporter.yaml",
            description = {
                "The file to write. An existing one is kept as FILE.old.",
                "Default: /etc/indico-metrics-exporter/exporter.yaml."
            })
    private Path output = Path.of("");

    @Option(
            names = "--instance",
            paramLabel = "NAME",
            description = {
                "Adds this Indico to the file's instances, and keeps what else is in the file.",
                "Default: the file has one Indico without a name."
            })
    private @Nullable String instance;

    InitCommand(PrintStream out, CheckCommand check) {
        this.out = out;
        this.check = check;
    }

    @Override
    public ExitCode run(Supplier<Settings> given) {
        Settings settings = given.get();
        IndicoConf conf = read();
        DatabaseUrl url = url(settings, conf);
        boolean isOldKept = Files.exists(output);
        String before =
                instance == null ? "" : before(instance, settings.flags().keySet());
        write(before + yaml(url, zone(settings, conf), settings.flags()));
        String database = url.database().matches("[\\w.-]+") ? url.database() : "DATABASE";
        out.println("wrote      " + output
                + (isOldKept ? "; the file before is " + old() : "; set more there if you wish"));
        out.println("role       create it, if you have not: indico-metrics-exporter grants"
                + (instance == null ? "" : " --instance " + instance) + " | runuser -u postgres -- psql -d "
                + database + " -1 -v ON_ERROR_STOP=1");
        if (url.socket() != null && !GrantsCommand.DEFAULT_ROLE.equals(System.getProperty("user.name"))) {
            // As another user, the login would be refused.
            out.println("check      run it as the service's user: runuser -u " + GrantsCommand.DEFAULT_ROLE
                    + " -- indico-metrics-exporter check");
            return ExitCode.OK;
        }
        return check.run(() -> Settings.of(Map.of(Options.CONFIG, output.toString()), Map.of()));
    }

    /** What is in the file already. */
    private String before(String name, Set<String> flags) {
        String flag = "--instance: got " + Setting.quoted(name);
        if (!new InstanceName(name, "").isValid()) {
            throw new SettingException(flag + ", expected " + InstanceName.EXPECTED);
        }
        for (String given : flags) {
            if (Options.OF_PROCESS.contains(given) && !given.equals(Options.CONFIG)) {
                throw new SettingException(Setting.flag(given)
                        + ": is a setting of the whole exporter; leave it out, and" + " set it in " + output);
            }
        }
        if (!Files.exists(output)) {
            return "";
        }
        Settings there = Settings.of(Map.of(Options.CONFIG, output.toString()), Map.of());
        if (there.instances().containsKey(name)) {
            throw new SettingException(flag + ", but " + output + " has it already; choose another name, or remove it");
        }
        try {
            String text = Files.readString(output, UTF_8);
            return text.endsWith("\n") ? text : text + "\n";
        } catch (IOException e) {
            throw new SettingException("--output " + output + ": expected a file that can be read, but "
                    + UnreadablePath.reason(output, e));
        }
    }

    private String inFile(String setting) {
        return instance == null ? setting : new InstanceName(instance, setting).inFile();
    }

    private IndicoConf read() {
        try {
            if (Files.size(indicoConf) > MAX_SIZE) {
                throw refused("expected a file of at most 1 MB");
            }
            return IndicoConf.parse(Files.readString(indicoConf, UTF_8));
        } catch (CharacterCodingException e) {
            throw refused("expected a Python file in UTF-8");
        } catch (IOException e) {
            throw refused("expected a file that can be read, but " + UnreadablePath.reason(indicoConf, e));
        } catch (SettingException e) {
            throw refused("expected a Python file, but " + e.line());
        }
    }

    private SettingException refused(String why) {
        return new SettingException("--indico-conf " + indicoConf + ": " + why);
    }

    private DatabaseUrl url(Settings settings, IndicoConf conf) {
        if (settings.isFlag(Options.DATABASE_URL)) {
            return settings.databaseUrl();
        }
        String text = textOf(conf, URL_NAME, Options.DATABASE_URL);
        if (text == null) {
            throw refused(
                    "expected " + URL_NAME + ", which is not set there; give " + Setting.flag(Options.DATABASE_URL));
        }
        try {
            return DatabaseUrl.parse(text);
        } catch (InvalidValueException e) {
            // The reason may name a part of the value.
            throw refused(URL_NAME + " is not a URL that the exporter understands; give "
                    + Setting.flag(Options.DATABASE_URL));
        }
    }

    private ZoneId zone(Settings settings, IndicoConf conf) {
        ZoneId flag = settings.options().zone;
        if (flag != null && settings.isFlag(Options.ZONE)) {
            return flag;
        }
        String text = textOf(conf, ZONE_NAME, Options.ZONE);
        try {
            // Indico's own default.
            return ZoneId.of(text == null ? "UTC" : text);
        } catch (DateTimeException e) {
            throw refused(ZONE_NAME + " is not a time zone that Java knows; give --zone");
        }
    }

    private @Nullable String textOf(IndicoConf conf, String name, String setting) {
        if (conf.isComputed(name)) {
            throw refused(name + " is computed there, and the file is not run; give " + Setting.flag(setting));
        }
        return conf.text(name);
    }

    private String yaml(DatabaseUrl url, ZoneId zone, SortedMap<String, String> flags) {
        String yaml = (instance == null
                        ? "# Settings of indico-metrics-exporter. All settings: indico-metrics-exporter --help\n"
                        : "")
                + inFile(Options.DATABASE_URL) + ": " + url.place(GrantsCommand.DEFAULT_ROLE) + "\n";
        if (url.socket() == null && !flags.containsKey(Options.DATABASE_PASSWORD_FILE)) {
            String file = instance == null ? "password" : "password-" + instance;
            yaml += inFile(Options.DATABASE_PASSWORD_FILE) + ": "
                    + output.resolveSibling(file).toAbsolutePath() + "\n";
        }
        yaml += "# The time zone of Indico's server, in which it stores room booking.\n" + inFile(Options.ZONE) + ": "
                + zone
                + "\n";
        flags.keySet().removeAll(Set.of(Options.CONFIG, Options.DATABASE_URL, Options.ZONE));
        return yaml
                + flags.entrySet().stream()
                        .map(flag ->
                                inFile(flag.getKey()) + ": '" + flag.getValue().replace("'", "''") + "'\n")
                        .collect(joining());
    }

    private Path old() {
        return output.resolveSibling(output.getFileName() + ".old");
    }

    /** The file belongs to the group of its folder, which is the service's. */
    private void write(String yaml) {
        try {
            if (Files.exists(output)) {
                Files.move(output, old(), StandardCopyOption.REPLACE_EXISTING);
            }
            Path folder = output.toAbsolutePath().getParent();
            var permissions = PosixFilePermissions.fromString("rw-r-----");
            Files.createFile(output, PosixFilePermissions.asFileAttribute(permissions));
            Files.getFileAttributeView(output, PosixFileAttributeView.class)
                    .setGroup(Files.readAttributes(folder, PosixFileAttributes.class)
                            .group());
            Files.setPosixFilePermissions(output, permissions);
            Files.writeString(output, yaml);
        } catch (IOException e) {
            throw new SettingException("--output " + output + ": expected a file that can be written, but "
                    + UnreadablePath.reason(output, e));
        }
    }
}
