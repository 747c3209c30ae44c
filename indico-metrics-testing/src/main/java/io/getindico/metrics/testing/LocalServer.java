package io.getindico.metrics.testing;

import java.io.File;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A server on this machine that ends with this process. It listens on loopback only, requires a password, and is
 * configured for speed, because its data need not survive a crash.
 */
final class LocalServer implements RunningServer {
    private static final Logger LOG = LoggerFactory.getLogger(LocalServer.class);
    private static final String USER = "postgres";
    private static final String HOST = "127.0.0.1";
    /** The data folder, where a path is private to the server. Relative, because long paths are refused. */
    private static final String SOCKETS = File.separatorChar == '/' ? "." : "";

    private static final Pattern VERSION = Pattern.compile("\\d+(\\.\\d+)?");
    private static final Duration START_WAIT = Duration.ofSeconds(60);
    private static final Duration LIMIT = START_WAIT.plusSeconds(10);

    private final Path programs;
    private final Account account;
    private final ServerFolder folder;
    private final int port;
    private final String password;
    private final Thread atExit = new Thread(this::stopAndDelete, "indico-metrics-postgres-stop");
    private String origin = "";

    private LocalServer(Path programs, Account account, ServerFolder folder, int port, String password) {
        this.programs = programs;
        this.account = account;
        this.folder = folder;
        this.port = port;
        this.password = password;
    }

    static LocalServer start(Binaries binaries, Account account) throws IOException {
        account.check();
        Path programs = binaries.folder();
        ServerFolder.deleteAbandoned();
        LocalServer server = new LocalServer(
                programs,
                account,
                ServerFolder.create(account),
                freePort(),
                UUID.randomUUID().toString());
        Runtime.getRuntime().addShutdownHook(server.atExit);
        try {
            server.initialize();
            server.start();
            server.origin = binaries.description() + " " + server.version() + " " + account.description();
            return server;
        } catch (IOException e) {
            server.close();
            throw e;
        }
    }

    /** Creates a stopped server with a copy of the files and the same password. This one must be stopped, too. */
    LocalServer copy() throws IOException {
        LocalServer copy = new LocalServer(programs, account, ServerFolder.create(account), freePort(), password);
        Runtime.getRuntime().addShutdownHook(copy.atExit);
        try {
            List<String> command = List.of(
                    "cp", "-R", folder.data().toString(), copy.folder.data().toString());
            Commands.run(folder.path(), LIMIT, account.command(command));
            copy.configure("port = " + copy.port);
            copy.origin = origin;
            return copy;
        } catch (IOException e) {
            copy.close();
            throw e;
        }
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }

    private void initialize() throws IOException {
        Path passwordFile = Files.writeString(folder.path().resolve("password"), password);
        Folders.permit(passwordFile, "rw-------");
        account.own(passwordFile);
        run(
                "initdb",
                List.of(
                        "--pgdata=" + folder.data(),
                        "--username=" + USER,
                        "--pwfile=" + passwordFile,
                        "--auth=scram-sha-256",
                        "--encoding=UTF8",
                        // The only locale that every system has.
                        "--locale=C",
                        "--no-sync"));
        Files.delete(passwordFile);
        configure("""
            listen_addresses = '%s'
            port = %d
            unix_socket_directories = '%s'
            timezone = 'UTC'
            log_timezone = 'UTC'
            fsync = off
            synchronous_commit = off
            full_page_writes = off
            # With the default, a new database is written to the log as well.
            wal_level = minimal
            max_wal_senders = 0
            max_wal_size = 128MB
            min_wal_size = 32MB
            """.formatted(HOST, port, SOCKETS));
    }

    /** Adds settings, which override earlier ones. They apply from the next start on. */
    void configure(String settings) throws IOException {
        Files.writeString(
                folder.data().resolve("postgresql.conf"), settings.stripTrailing() + "\n", StandardOpenOption.APPEND);
    }

    void start() throws IOException {
        try {
            pgCtl("start", "--log=" + folder.log(), "--wait", "--timeout=" + START_WAIT.toSeconds());
        } catch (IOException e) {
            throw new IOException(e.getMessage() + reasonFromLog(), e);
        }
    }

    private String reasonFromLog() throws IOException {
        return Files.exists(folder.log()) ? " | " + Commands.tail(Files.readString(folder.log())) : "";
    }

    /** Ends all sessions and the server. {@link #start} starts it again with its data. */
    void stop() throws IOException {
        pgCtl("stop", "--mode=fast", "--wait");
    }

    /** Kills all processes of the server. {@link #start} then starts it as after a crash of the machine. */
    void kill() throws IOException {
        List<ProcessHandle> processes = folder.serverProcesses();
        processes.forEach(ProcessHandle::destroyForcibly);
        processes.forEach(process -> process.onExit().join());
    }

    private String version() throws IOException {
        String pgCtl = programs.resolve("pg_ctl").toString();
        Matcher version = VERSION.matcher(Commands.run(folder.path(), LIMIT, List.of(pgCtl, "--version")));
        return version.find() ? version.group() : "";
    }

    private void pgCtl(String... arguments) throws IOException {
        List<String> all = new ArrayList<>(List.of("--pgdata=" + folder.data()));
        all.addAll(List.of(arguments));
        run("pg_ctl", all);
    }

    private void run(String program, List<String> arguments) throws IOException {
        List<String> command = new ArrayList<>(List.of(programs.resolve(program).toString()));
        command.addAll(arguments);
        Commands.run(folder.path(), LIMIT, account.command(command));
    }

    Path log() {
        return folder.log();
    }

    Path data() {
        return folder.data();
    }

    @Override
    public String jdbcUrl(String database) {
        return "jdbc:postgresql://%s:%d/%s".formatted(HOST, port, database);
    }

    @Override
    public String user() {
        return USER;
    }

    @Override
    public String password() {
        return password;
    }

    @Override
    public String origin() {
        return origin;
    }

    @Override
    public boolean isThrownAway() {
        return true;
    }

    @Override
    public void close() {
        stopAndDelete();
        try {
            Runtime.getRuntime().removeShutdownHook(atExit);
        } catch (IllegalStateException e) {
            LOG.debug("the JVM is going down already");
        }
    }

    private synchronized void stopAndDelete() {
        if (!Files.exists(folder.path())) {
            return;
        }
        try {
            if (Files.exists(folder.pidFile())) {
                pgCtl("stop", "--mode=immediate", "--wait");
            }
            folder.delete();
        } catch (IOException e) {
            LOG.warn("could not remove {}: {}", folder.path(), e.getMessage());
        }
    }
}
