package io.getindico.metrics.exporter;

import java.time.DateTimeException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Help;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.ISetter;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;
import picocli.CommandLine.ScopeType;
import picocli.CommandLine.UnmatchedArgumentException;

/** Reads the command line. Error messages never repeat an argument that could be a mistyped secret. */
final class CommandLineArguments {
    private static final String PROGRAM = "indico-metrics-exporter";
    private static final String AT = "--at";
    private static final String HELP = "--help";
    private static final String VERSION = "--version";
    private static final Pattern OPTION = Pattern.compile("--[a-z]+(-[a-z]+){0,4}");
    private static final Pattern WORD = Pattern.compile("[a-z][a-z-]{0,30}");
    private static final int WIDTH = 110;

    private final Map<String, String> flags = new HashMap<>();
    private final CommandLine commandLine = new CommandLine(specification());
    private @Nullable String at;

    private CommandLineArguments() {}

    /**
     * The parsed command line.
     *
     * @param flags by the setting's name
     * @param at the instant for {@code once}
     * @param help the text to print instead of running the command; null unless help was asked for
     */
    record Parsed(
            Command command,
            Map<String, String> flags,
            @Nullable Instant at,
            @Nullable String help) {}

    static Parsed parse(String... arguments) {
        return new CommandLineArguments().read(List.of(arguments));
    }

    private CommandSpec specification() {
        CommandSpec root = CommandSpec.create().name(PROGRAM);
        root.usageMessage()
                .description("Serves metrics of an Indico instance to Prometheus, read from Indico's database.")
                .width(WIDTH)
                .footer(
                        "",
                        "Every option can also be given as an environment variable (--database-url as"
                                + " INDICO_METRICS_DATABASE_URL) or in the --config file (as database.url). Durations are 90s,"
                                + " 5m, 48h or 2d. Secrets are read from files, the environment or the --config file.");
        for (Command command : Command.values()) {
            CommandSpec sub = CommandSpec.create();
            sub.usageMessage().description(command.description()).width(WIDTH).hidden(command.isHidden());
            if (command == Command.ONCE) {
                sub.addOption(OptionSpec.builder(AT)
                        .paramLabel("INSTANT")
                        .arity("1")
                        .type(String.class)
                        .description("The instant that counts as now, such as 2026-03-01T12:00:00Z.")
                        .setter(new Taker(text -> at = text))
                        .build());
            }
            root.addSubcommand(command.label(), sub);
        }
        root.addOption(OptionSpec.builder("-h", HELP)
                .usageHelp(true)
                .scopeType(ScopeType.INHERIT)
                .description("Shows this help.")
                .build());
        root.addOption(OptionSpec.builder("-V", VERSION)
                .versionHelp(true)
                .scopeType(ScopeType.INHERIT)
                .description("Does the same as the command version.")
                .build());
        SettingsTable.ALL.stream().filter(setting -> !setting.isSecret()).forEach(setting -> add(root, setting));
        return root;
    }

    private void add(CommandSpec root, Setting<?> setting) {
        root.addOption(OptionSpec.builder(setting.flag())
                .paramLabel(setting.placeholder())
                .arity("1")
                .type(String.class)
                .scopeType(ScopeType.INHERIT)
                .description((setting.description() + " " + setting.defaultSentence()).replace("%", "%%"))
                .setter(new Taker(text -> flags.put(setting.name(), text)))
                .build());
    }

    /** Stores the value of an option. Picocli also calls this with null for absent options. */
    private record Taker(Consumer<String> to) implements ISetter {
        @Override
        public <T> T set(T value) {
            if (value != null) {
                to.accept(value.toString());
            }
            return value;
        }
    }

    private Parsed read(List<String> arguments) {
        refuseSecrets(arguments);
        List<String> rest = takeSettingsOfCollectors(arguments);
        commandLine.setExpandAtFiles(false);
        try {
            ParseResult root = commandLine.parseArgs(rest.toArray(String[]::new));
            ParseResult last = root.hasSubcommand() ? root.subcommand() : root;
            Command command =
                    root.hasSubcommand() ? Command.of(last.commandSpec().name()) : Command.SERVE;
            if (root.isVersionHelpRequested() || last.isVersionHelpRequested()) {
                command = Command.VERSION;
            }
            boolean helpAsked = root.isUsageHelpRequested() || last.isUsageHelpRequested();
            String help = helpAsked ? last.commandSpec().commandLine().getUsageMessage(Help.Ansi.OFF) : null;
            return new Parsed(command, flags, instant(), help);
        } catch (UnmatchedArgumentException e) {
            throw unknown(e.getUnmatched());
        } catch (CommandLine.MissingParameterException e) {
            throw e.getMissing().stream()
                    .map(missing -> missing instanceof OptionSpec option
                            ? refused(option.longestName(), "its value " + option.paramLabel() + " is missing")
                            : refused(missing.paramLabel(), "is missing"))
                    .findFirst()
                    .orElseGet(() -> refused("an argument", "is missing"));
        } catch (CommandLine.OverwrittenOptionException e) {
            throw refused(((OptionSpec) e.getOverwritten()).longestName(), "is given twice; leave out one");
        } catch (ParameterException e) {
            throw refused("the command line", "cannot be understood");
        }
    }

    private static SettingException refused(String what, String why) {
        return new SettingException(what + ": " + why + " (" + PROGRAM + " --help lists commands and options)");
    }

    private static void refuseSecrets(List<String> arguments) {
        for (Setting<?> setting : SettingsTable.ALL) {
            boolean isGiven = arguments.stream()
                    .anyMatch(argument -> argument.equals(setting.flag()) || argument.startsWith(setting.flag() + "="));
            if (setting.isSecret() && isGiven) {
                throw new SettingException(
                        setting.flag() + ": a secret on the command line can be read by every user of"
                                + " the machine; give " + setting.flag() + "-file FILE or set " + setting.variable());
            }
        }
    }

    /** Takes out the settings of single collectors, whose names are unknown here. */
    private List<String> takeSettingsOfCollectors(List<String> arguments) {
        List<String> rest = new ArrayList<>();
        for (int i = 0; i < arguments.size(); i++) {
            String argument = arguments.get(i);
            int equals = argument.indexOf('=');
            String name = nameOfCollectors(equals < 0 ? argument : argument.substring(0, equals));
            if (!SettingsTable.isCollectorTtl(name) && !SettingsTable.isCollectorSetting(name)) {
                rest.add(argument);
            } else if (equals < 0 && i + 1 == arguments.size()) {
                String placeholder = SettingsTable.isCollectorTtl(name) ? "DURATION" : "VALUE";
                throw refused(argument, "its value " + placeholder + " is missing");
            } else {
                String value = equals >= 0 ? argument.substring(equals + 1) : arguments.get(++i);
                if (flags.put(name, value) != null) {
                    throw refused(Setting.flag(name), "is given twice; leave out one");
                }
            }
        }
        return rest;
    }

    private static String nameOfCollectors(String flag) {
        for (String prefix : List.of(SettingsTable.TTL_PREFIX, SettingsTable.COLLECTOR_PREFIX)) {
            String start = Setting.flag(prefix);
            if (flag.startsWith(start)) {
                return prefix + flag.substring(start.length()).replace('-', '_');
            }
        }
        return "";
    }

    private static SettingException unknown(List<String> unmatched) {
        String first = unmatched.isEmpty() ? "" : unmatched.get(0);
        if (first.startsWith("-")) {
            int equals = first.indexOf('=');
            String name = equals < 0 ? first : first.substring(0, equals);
            if (name.equals(AT)) {
                return refused(AT, "is an option of the command " + Command.ONCE.label() + " alone");
            }
            List<String> known = new ArrayList<>(List.of(HELP, VERSION));
            SettingsTable.ALL.stream()
                    .filter(setting -> !setting.isSecret())
                    .map(Setting::flag)
                    .forEach(known::add);
            return refused(
                    OPTION.matcher(name).matches()
                            ? Setting.quoted(name)
                            : "an option (not shown, since it may hold a secret)",
                    "no option has this name" + Nearest.hint(name, known));
        }
        List<String> commands = Command.labels();
        if (commands.contains(first)) {
            return refused(Setting.quoted(first), "is a second command; give one");
        }
        String hint = Nearest.hint(first, commands);
        return hint.isEmpty() || !WORD.matcher(first).matches()
                ? refused("an argument that is neither a command nor an option", "expected one of " + commands)
                : refused(Setting.quoted(first), "no command has this name" + hint);
    }

    private @Nullable Instant instant() {
        String text = at;
        if (text == null || text.isBlank()) {
            return null;
        }
        try {
            return OffsetDateTime.parse(text.strip()).toInstant();
        } catch (DateTimeException e) {
            throw new SettingException(AT + ": got " + Setting.quoted(text)
                    + ", expected an instant such as 2026-03-01T12:00:00Z; correct it, or leave it out (default: now)");
        }
    }
}
