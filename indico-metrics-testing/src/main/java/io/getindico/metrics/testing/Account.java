package io.getindico.metrics.testing;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * Who runs the server. PostgreSQL refuses to run as root, so root has it run in a user namespace or as another user.
 *
 * @param description for people
 * @param prefix what stands before a command to run it so
 * @param uid who must own the server's files, -1 for whoever creates them
 */
record Account(String description, List<String> prefix, int uid) {
    private static final int ROOT = 0;
    private static final int CREATOR = -1;
    private static final int NOBODY = 65534;

    /** The accounts worth trying, the best first. */
    static List<Account> candidates() {
        return isRoot() ? ofRoot() : List.of(new Account("as this user", List.of(), CREATOR));
    }

    private static List<Account> ofRoot() {
        return List.of(
                // Needs no second user, and reaches what only root can reach; container engines often forbid it.
                new Account("in a user namespace (unshare)", List.of("unshare", "-U"), CREATOR),
                new Account(
                        "as nobody (setpriv)",
                        List.of("setpriv", "--reuid=" + NOBODY, "--regid=" + NOBODY, "--clear-groups"),
                        NOBODY),
                new Account("as nobody (runuser)", List.of("runuser", "-u", "nobody", "--"), NOBODY));
    }

    private static boolean isRoot() {
        try {
            Path probe = Files.createTempFile("indico-metrics", null);
            try {
                return probe.getFileSystem().supportedFileAttributeViews().contains("unix")
                        && Files.getAttribute(probe, "unix:uid").equals(ROOT);
            } finally {
                Files.delete(probe);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Finds out at once what a long start would only tell at its end. */
    void check() throws IOException {
        if (!prefix.isEmpty()) {
            String id = Commands.run(Path.of("/"), Duration.ofSeconds(5), command(List.of("id", "-u")));
            if (id.equals(String.valueOf(ROOT))) {
                throw new IOException(prefix.get(0) + " leaves commands to root, as whom PostgreSQL does not run");
            }
        }
    }

    List<String> command(List<String> command) {
        List<String> all = new ArrayList<>(prefix);
        all.addAll(command);
        return all;
    }

    void own(Path path) throws IOException {
        if (uid != CREATOR) {
            Files.setAttribute(path, "unix:uid", uid);
        }
    }
}
