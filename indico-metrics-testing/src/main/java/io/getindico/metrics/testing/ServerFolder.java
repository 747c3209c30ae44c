package io.getindico.metrics.testing;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The folder with the files of a server that we started. This process holds a lock on it while it lives, which
 * distinguishes it from a folder whose process was killed while its server still runs.
 */
final class ServerFolder {
    private static final String PREFIX = "indico-metrics-postgres-";
    private static final Pattern NAME = Pattern.compile(Pattern.quote(PREFIX) + "(\\d+)-\\d+");
    private static final String LOCK = "lock";
    private static final Path TEMPORARY = Path.of(System.getProperty("java.io.tmpdir"));
    private static final Path MEMORY = Path.of("/dev/shm");
    private static final long ENOUGH_BYTES = 4L << 30;
    private static final Logger LOG = LoggerFactory.getLogger(ServerFolder.class);

    private final Path path;
    private final FileChannel lock;

    private ServerFolder(Path path, FileChannel lock) {
        this.path = path;
        this.lock = lock;
    }

    static ServerFolder create(Account account) throws IOException {
        Path path = Files.createTempDirectory(
                parent(), PREFIX + ProcessHandle.current().pid() + "-");
        FileChannel channel =
                FileChannel.open(path.resolve(LOCK), StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
        channel.lock();
        account.own(path);
        return new ServerFolder(path, channel);
    }

    /**
     * Returns the folder for temporary files, or one in memory if there is enough for several servers: a new database
     * has 1,500 files.
     */
    static Path parent() throws IOException {
        return TEMPORARY.equals(Path.of("/tmp"))
                        && Files.isWritable(MEMORY)
                        && Files.getFileStore(MEMORY).getUsableSpace() > ENOUGH_BYTES
                ? MEMORY
                : TEMPORARY;
    }

    Path data() {
        return path.resolve("data");
    }

    Path pidFile() {
        return data().resolve("postmaster.pid");
    }

    Path log() {
        return path.resolve("log");
    }

    Path path() {
        return path;
    }

    void delete() throws IOException {
        lock.close();
        Folders.delete(path);
    }

    /** Kills the servers and deletes the folders that killed processes left behind. */
    static void deleteAbandoned() throws IOException {
        deleteAbandonedIn(TEMPORARY);
        if (Files.isDirectory(MEMORY)) {
            deleteAbandonedIn(MEMORY);
        }
    }

    static void deleteAbandonedIn(Path folder) throws IOException {
        try (Stream<Path> paths = Files.list(folder)) {
            for (Path path : paths.filter(ServerFolder::isOfDeadProcess).toList()) {
                deleteAbandoned(path);
            }
        }
    }

    private static boolean isOfDeadProcess(Path path) {
        Matcher name = NAME.matcher(path.getFileName().toString());
        return name.matches() && ProcessHandle.of(Long.parseLong(name.group(1))).isEmpty();
    }

    private static void deleteAbandoned(Path path) {
        // Process ids are not unique among containers that share the temporary folder, so check the lock as well.
        try (FileChannel channel = FileChannel.open(path.resolve(LOCK), StandardOpenOption.WRITE);
                FileLock acquired = channel.tryLock()) {
            if (acquired != null) {
                ServerFolder folder = new ServerFolder(path, channel);
                folder.killServer();
                folder.delete();
            }
        } catch (IOException e) {
            LOG.debug("{} stays: {}", path, e.toString());
        }
    }

    private void killServer() throws IOException {
        serverProcesses().stream().limit(1).forEach(ProcessHandle::destroyForcibly);
    }

    /** Whether the process is our server. Another process, even another PostgreSQL, may have reused its id. */
    private boolean isServer(ProcessHandle process) {
        return process.info()
                .arguments()
                .filter(arguments -> List.of(arguments).contains(data().toString()))
                .isPresent();
    }

    /** Returns the server, if it runs, followed by its child processes. */
    List<ProcessHandle> serverProcesses() throws IOException {
        if (!Files.exists(pidFile())) {
            return List.of();
        }
        long pid = Long.parseLong(Files.readAllLines(pidFile()).get(0));
        return ProcessHandle.of(pid)
                .filter(this::isServer)
                .map(server ->
                        Stream.concat(Stream.of(server), server.descendants()).toList())
                .orElse(List.of());
    }
}
