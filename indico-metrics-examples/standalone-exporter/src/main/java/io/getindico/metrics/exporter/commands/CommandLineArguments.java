package io.getindico.metrics.exporter.commands;

import io.getindico.metrics.exporter.settings.Converters;
import io.getindico.metrics.exporter.settings.DidYouMean;
import io.getindico.metrics.exporter.settings.InvalidValueException;
import io.getindico.metrics.exporter.settings.Setting;
import io.getindico.metrics.exporter.settings.SettingException;
import io.getindico.metrics.exporter.settings.SettingValue;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Help;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;
import picocli.CommandLine.ScopeType;

/** Reads the command line. Error messages never repeat an argument that could be a mistyped secret. */
public final class CommandLineArguments {
    private static final String PROGRAM = "indico-metrics-exporter";
    private static final Pattern OPTION = Pattern.compile("--[a-z]+(-[a-z]+){0,4}");
    private static final Pattern WORD = Pattern.compile("[a-z][a-z-]{0,30}");

    private final CommandLine commandLine = new CommandLine(new Root());

    /** The program without a command. The subcommands inherit its options, the width and the footer. */
    @Command(
            name = PROGRAM,
            mixinStandardHelpOptions = true,
            scope = ScopeType.INHERIT,
            usageHelpWidth = 110,
            description = "Serves metrics of an Indico instance to Prometheus, read from Indico's database.",
            footer = {
                "",
                "Every option can also be given as an environment variable (--database-url as"
                        + " INDICO_METRICS_DATABASE_URL) or in the --config file (as database.url). Durations are 90s, 5m,"
                        + " 48h or 2d. Secrets are read from files, the environment or the --config file."
            })
    private static final class Root {}

    /**
     * The parsed command line.
     *
     * @param flags by the setting's name
     * @param help the text to print instead of running the command; null unless help was asked for
     */
    public record Parsed(
            ExporterCommand command,
            Map<String, String> flags,
            @Nullable String help) {}

    private CommandLineArguments(List<ExporterCommand> commands, String... arguments) {
        commands.forEach(commandLine::addSubcommand);
        commandLine
                .setExpandAtFiles(false)
                .registerConverter(Instant.class, Converters::instant)
                .registerConverter(MetricsCommand.Format.class, Converters.oneOf(MetricsCommand.Format.values()));
        Set<String> flags = new LinkedHashSet<>();
        for (Setting setting : Setting.ALL) {
            flags.add(setting.flag());
            if (!setting.isSecret()) {
                String description = setting.description() + " " + setting.defaultSentence();
                add(setting.name(), setting.option().paramLabel(), description, setting.flag());
            }
        }
        addFlagsOfCollectors(flags, arguments);
    }

    /** Adds a flag as text, since a flag is only one of the sources of its setting. */
    private void add(String name, String placeholder, String description, String... spellings) {
        commandLine
                .getCommandSpec()
                .addOption(OptionSpec.builder(spellings[0], spellings)
                        .descriptionKey(name)
                        .paramLabel(placeholder)
                        .arity("1")
                        .type(String.class)
                        .scopeType(ScopeType.INHERIT)
                        .description(description.replace("%", "%%"))
                        .build());
    }

    /** Adds the flags that name a collector as they are used, since the names of collectors are unknown here. */
    private void addFlagsOfCollectors(Set<String> known, String... arguments) {
        Map<String, Set<String>> spellings = new TreeMap<>();
        for (String argument : arguments) {
            String flag = beforeEquals(argument);
            for (String prefix : List.of(Setting.TTL_PREFIX, Setting.COLLECTOR_PREFIX)) {
                String start = Setting.flag(prefix);
                String name = flag.startsWith(start)
                        ? prefix + flag.substring(start.length()).replace('-', '_')
                        : "";
                if (!known.contains(flag) && (Setting.isCollectorTtl(name) || Setting.isCollectorSetting(name))) {
                    spellings
                            .computeIfAbsent(name, key -> new LinkedHashSet<>(Set.of(Setting.flag(key))))
                            .add(flag);
                }
            }
        }
        spellings.forEach((name, flags) ->
                add(name, Setting.isCollectorTtl(name) ? "DURATION" : "VALUE", "", flags.toArray(String[]::new)));
    }

    private static String beforeEquals(String argument) {
        int equals = argument.indexOf('=');
        return equals < 0 ? argument : argument.substring(0, equals);
    }

    /**
     * Reads the command line.
     *
     * @param commands the first is the default
     * @param version runs for the flag --version
     */
    static Parsed parse(List<ExporterCommand> commands, ExporterCommand version, String... arguments) {
        refuseSecrets(arguments);
        return new CommandLineArguments(commands, arguments).read(commands.get(0), version, arguments);
    }

    private static void refuseSecrets(String... arguments) {
        for (Setting setting : Setting.ALL) {
            if (setting.isSecret()
                    && Arrays.stream(arguments)
                            .anyMatch(argument -> beforeEquals(argument).equals(setting.flag()))) {
                throw new SettingException(
                        setting.flag() + ": a secret on the command line can be read by every user of"
                                + " the machine; give " + setting.flag() + "-file FILE or set " + setting.variable());
            }
        }
    }

    private Parsed read(ExporterCommand byDefault, ExporterCommand version, String... arguments) {
        try {
            ParseResult root = commandLine.parseArgs(arguments);
            ParseResult last = root.hasSubcommand() ? root.subcommand() : root;
            CommandLine parsed = last.commandSpec().commandLine();
            ExporterCommand command = root.hasSubcommand() ? parsed.getCommand() : byDefault;
            if (root.isVersionHelpRequested() || last.isVersionHelpRequested()) {
                command = version;
            }
            boolean isHelpRequested = root.isUsageHelpRequested() || last.isUsageHelpRequested();
            return new Parsed(
                    command, flags(root, last), isHelpRequested ? parsed.getUsageMessage(Help.Ansi.OFF) : null);
        } catch (ParameterException e) {
            throw refused(e);
        }
    }

    private static Map<String, String> flags(ParseResult root, ParseResult last) {
        List<OptionSpec> matched = new ArrayList<>(root.matchedOptions());
        if (!last.equals(root)) {
            matched.addAll(last.matchedOptions());
        }
        Map<String, String> flags = new HashMap<>();
        for (OptionSpec option : matched) {
            String name = option.descriptionKey();
            // The key of a command's own option is empty.
            if (name != null
                    && !name.isEmpty()
                    && flags.put(name, option.originalStringValues().get(0)) != null) {
                throw givenTwice(option);
            }
        }
        return flags;
    }

    private SettingException refused(ParameterException thrown) {
        if (thrown instanceof CommandLine.UnmatchedArgumentException unmatched) {
            return unknown(unmatched.getUnmatched().get(0));
        }
        if (thrown instanceof CommandLine.MissingParameterException missing
                && missing.getMissing().get(0) instanceof OptionSpec option) {
            return refused(option.longestName(), "its value " + option.paramLabel() + " is missing");
        }
        if (thrown instanceof CommandLine.OverwrittenOptionException twice
                && twice.getOverwritten() instanceof OptionSpec option) {
            return givenTwice(option);
        }
        if (thrown.getCause() instanceof InvalidValueException invalid
                && thrown.getArgSpec() instanceof OptionSpec option) {
            SettingValue value = new SettingValue(thrown.getValue(), option.longestName(), true);
            return new Setting(option).refused(value, invalid.expectation());
        }
        return refused("the command line", "cannot be understood");
    }

    private static SettingException refused(String what, String why) {
        return new SettingException(what + ": " + why + " (" + PROGRAM + " --help lists commands and options)");
    }

    private static SettingException givenTwice(OptionSpec option) {
        return refused(option.longestName(), "is given twice; leave out one");
    }

    private SettingException unknown(String argument) {
        return argument.startsWith("-") ? unknownOption(beforeEquals(argument)) : unknownCommand(argument);
    }

    private SettingException unknownOption(String name) {
        for (Map.Entry<String, CommandLine> command :
                commandLine.getSubcommands().entrySet()) {
            if (command.getValue().getCommandSpec().findOption(name) != null) {
                return refused(name, "is an option of the command " + command.getKey() + " alone");
            }
        }
        List<String> known = commandLine.getCommandSpec().options().stream()
                .map(OptionSpec::longestName)
                .toList();
        return refused(
                OPTION.matcher(name).matches()
                        ? Setting.quoted(name)
                        : "an option (not shown, since it may hold a secret)",
                "no option has this name" + DidYouMean.hint(name, known));
    }

    private SettingException unknownCommand(String argument) {
        List<String> commands = commandLine.getSubcommands().values().stream()
                .map(CommandLine::getCommandSpec)
                .filter(command -> !command.usageMessage().hidden())
                .map(CommandSpec::name)
                .toList();
        if (commands.contains(argument)) {
            return refused(Setting.quoted(argument), "is a second command; give one");
        }
        String hint = DidYouMean.hint(argument, commands);
        return hint.isEmpty() || !WORD.matcher(argument).matches()
                ? refused("an argument that is neither a command nor an option", "expected one of " + commands)
                : refused(Setting.quoted(argument), "no command has this name" + hint);
    }
}
