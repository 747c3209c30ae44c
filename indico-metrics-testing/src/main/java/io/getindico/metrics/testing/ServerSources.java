package io.getindico.metrics.testing;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/** The sources of a server, in the order in which they are tried. */
final class ServerSources {
    private final List<ServerSource> sources;

    ServerSources(List<ServerSource> sources) {
        this.sources = sources;
    }

    /** The sources of a server that may be shared with others. */
    static ServerSources all() {
        List<ServerSource> sources = new ArrayList<>();
        sources.add(GivenServer.source());
        sources.addAll(ownSources());
        return new ServerSources(sources);
    }

    /** The sources of a separate server. */
    static ServerSources own() {
        return new ServerSources(ownSources());
    }

    /** The sources of a server that is a process on this machine. */
    static ServerSources local(Binaries... binaries) {
        return new ServerSources(localSources(List.of(binaries)));
    }

    private static List<ServerSource> ownSources() {
        List<ServerSource> sources = new ArrayList<>();
        sources.add(new ContainerSource());
        sources.addAll(localSources(List.of(Binaries.embedded(), Binaries.ofSystem())));
        return sources;
    }

    private static List<ServerSource> localSources(List<Binaries> installed) {
        List<ServerSource> sources = new ArrayList<>();
        for (Binaries binaries : installed) {
            Account.candidates().forEach(account -> sources.add(new LocalSource(binaries, account)));
        }
        return sources;
    }

    RunningServer start() {
        List<String> reasons = new ArrayList<>();
        List<IOException> causes = new ArrayList<>();
        for (ServerSource source : sources) {
            try {
                return source.start();
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
