package io.getindico.metrics.testing;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/**
 * One way to get a server.
 *
 * @param description what it tries, for people
 * @param start starts or finds a server
 */
record ServerSource(String description, Start start) {
    interface Start {
        /** Throws an exception whose message says why there is no server. */
        RunningServer server() throws IOException;
    }

    /** The sources of a server that may be shared with others, in the order in which they are tried. */
    static List<ServerSource> all() {
        return Stream.concat(Stream.of(GivenServer.source()), own().stream()).toList();
    }

    /** The sources of a separate server. */
    static List<ServerSource> own() {
        return Stream.concat(
                        Stream.of(ContainerSource.ofEnvironment()),
                        local(Binaries.embedded(), Binaries.ofSystem()).stream())
                .toList();
    }

    /** The sources of a server that is a process on this machine. */
    static List<ServerSource> local(Binaries... installed) {
        return Stream.of(installed)
                .flatMap(binaries -> Account.candidates().stream().map(account -> local(binaries, account)))
                .toList();
    }

    static ServerSource local(Binaries binaries, Account account) {
        return new ServerSource(
                binaries.description() + " " + account.description(), () -> LocalServer.start(binaries, account));
    }

    /** Starts the first server that can be started. */
    static RunningServer startFirst(List<ServerSource> sources) {
        List<String> reasons = new ArrayList<>();
        List<IOException> causes = new ArrayList<>();
        for (ServerSource source : sources) {
            try {
                return source.start().server();
            } catch (IOException e) {
                reasons.add("- " + source.description() + ": " + e.getMessage());
                causes.add(e);
            }
        }
        IllegalStateException failure = new IllegalStateException("no PostgreSQL server to test with; tried in turn:\n"
                + String.join("\n", reasons)
                + "\nGive one of them, most simply a server through the environment: " + GivenServer.SETTING
                + "=jdbc:postgresql://host/postgres?user=...&password=... with a login that may create databases.");
        causes.forEach(failure::addSuppressed);
        throw failure;
    }
}
