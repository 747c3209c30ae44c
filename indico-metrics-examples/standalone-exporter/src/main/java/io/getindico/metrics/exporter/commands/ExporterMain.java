package io.getindico.metrics.exporter.commands;

import io.getindico.metrics.exporter.http.ListenException;
import io.getindico.metrics.exporter.logging.Logs;
import io.getindico.metrics.exporter.settings.Options.LogFormat;
import io.getindico.metrics.exporter.settings.SettingException;
import io.getindico.metrics.exporter.settings.Settings;
import java.io.PrintStream;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.logging.Level;

/**
 * The program {@code indico-metrics-exporter}.
 *
 * @since 0.1.0
 */
public final class ExporterMain {
    private static final String PROGRAM = "indico-metrics-exporter: ";

    private final Map<String, String> environment;
    private final PrintStream out;
    private final PrintStream err;

    private ExporterMain(Map<String, String> environment, PrintStream out, PrintStream err) {
        this.environment = environment;
        this.out = out;
        this.err = err;
    }

    /**
     * Runs a command and ends the process with its exit code.
     *
     * @param arguments the command and its options, see {@code --help}
     */
    public static void main(String[] arguments) {
        Signals.holdHangup();
        int code = run(arguments, System.getenv(), System.out, System.err);
        System.out.flush();
        System.exit(code);
    }

    public static int run(String[] arguments, Map<String, String> environment, PrintStream out, PrintStream err) {
        // Before the first logger exists, which a command may create.
        Logs.configure(LogFormat.TEXT, Level.SEVERE);
        return new ExporterMain(environment, out, err).run(arguments).code();
    }

    private ExitCode run(String... arguments) {
        try {
            return run(parse(out, this::complain, arguments));
        } catch (SettingException e) {
            complain(e.line());
            return ExitCode.BAD_SETTINGS;
        } catch (ListenException e) {
            complain(e.line());
            return ExitCode.CANNOT_LISTEN;
        }
    }

    private ExitCode run(CommandLineArguments.Parsed parsed) {
        if (parsed.help() != null) {
            out.print(parsed.help());
            return ExitCode.OK;
        }
        if (!parsed.command().isService()) {
            Signals.releaseHangup();
        }
        Logs.configure(LogFormat.TEXT, parsed.command().logLevel());
        return parsed.command().run(() -> settings(parsed));
    }

    private Settings settings(CommandLineArguments.Parsed parsed) {
        Settings settings = Settings.of(parsed.flags(), environment);
        if (!parsed.command().isService()) {
            Logs.configure(settings.options(), parsed.command().logLevel());
            settings.warnings().forEach(this::complain);
        }
        return settings;
    }

    private void complain(String line) {
        err.println(PROGRAM + line);
    }

    static CommandLineArguments.Parsed parse(PrintStream out, Consumer<String> complaints, String... arguments) {
        VersionCommand version = new VersionCommand(out);
        CheckCommand check = new CheckCommand(out, complaints);
        List<ExporterCommand> commands = List.of(
                new ServeCommand(),
                new OnceCommand(out, complaints),
                check,
                new MetricsCommand(out),
                new GrantsCommand(out),
                new BackfillCommand(out, complaints),
                new InitCommand(out, check),
                version,
                new TrainingRunCommand());
        return CommandLineArguments.parse(commands, version, arguments);
    }
}
