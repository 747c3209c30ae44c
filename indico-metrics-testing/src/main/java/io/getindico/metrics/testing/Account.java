package io.getindico.metrics.testing;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * The account that runs the server. PostgreSQL refuses to run as root, so root runs it in a user namespace or as
 * another user.
 *
 * @param description for people
 * @param prefix precedes a command that this account is to run
 * @param uid the owner of the server's files, -1 for the user that creates them
 */
record Account(String description, List<String> prefix, int uid) {
    private static final int ROOT = 0;
    private static final int CREATOR = -1;
    private static final int NOBODY = 65534;

    /** The accounts to try, the best first. */
    static List<Account> candidates() {
        return isRoot() ? ofRoot() : List.of(new Account("as this user", List.of(), CREATOR));
    }

    private static List<Account> ofRoot() {
        return List.of(
                // Needs no second user and can access root's files. Container engines often forbid it.
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

    /** Checks quickly what would otherwise fail only after a long start. */
    void check() throws IOException {
        if (!prefix.isEmpty()) {
            String id = Commands.run(Path.of("/"), Duration.ofSeconds(5), command(List.of("id", "-u")));
            if (id.equals(String.valueOf(ROOT))) {
                throw new IOException(prefix.get(0) + " still runs commands as root, which PostgreSQL refuses");
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
