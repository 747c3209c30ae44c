package io.getindico.metrics.exporter;

import java.io.PrintStream;
import java.util.Map;

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
        int code = run(arguments, System.getenv(), System.out, System.err);
        System.out.flush();
        System.exit(code);
    }

    static int run(String[] arguments, Map<String, String> environment, PrintStream out, PrintStream err) {
        return new ExporterMain(environment, out, err).run(arguments).code();
    }

    private ExitCode run(String... arguments) {
        try {
            return run(CommandLineArguments.parse(arguments));
        } catch (SettingException e) {
            err.println(PROGRAM + e.line());
            return ExitCode.BAD_SETTINGS;
        } catch (ListenException e) {
            err.println(PROGRAM + e.line());
            return ExitCode.CANNOT_LISTEN;
        }
    }

    private ExitCode run(CommandLineArguments.Parsed parsed) {
        String help = parsed.help();
        if (help != null) {
            out.print(help);
            return ExitCode.OK;
        }
        if (parsed.command() == Command.VERSION) {
            out.println(BuildInfo.get());
            return ExitCode.OK;
        }
        Logging.configure(parsed.command());
        if (parsed.command() == Command.REHEARSE) {
            return RehearseCommand.run();
        }
        Settings settings = Settings.of(parsed.flags(), environment);
        return switch (parsed.command()) {
            case SERVE -> ServeCommand.run(settings);
            case ONCE -> new OnceCommand(out, line -> err.println(PROGRAM + line)).run(settings, parsed.at());
            case CHECK -> new CheckCommand(out, line -> err.println(PROGRAM + line)).run(settings);
            case REHEARSE, VERSION -> throw new IllegalStateException("needs no settings");
        };
    }
}
