package io.getindico.metrics.testing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

class ServerSourceTest {
    private static final Account NOT_THERE = new Account("as a ghost", List.of("/nowhere/unshare", "-U"), -1);

    @Test
    void theMessageNamesEveryServerThatWasTried(@TempDir Path empty) {
        List<ServerSource> none = List.of(
                GivenServer.source(""),
                ContainerSource.of("unix:///nowhere/docker.sock"),
                ServerSource.local(Binaries.embedded(), NOT_THERE),
                ServerSource.local(
                        Binaries.ofSystem(empty.toString(), empty),
                        Account.candidates().get(0)));
        assertThatThrownBy(() -> ServerSource.startFirst(none))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageMatching("""
                    (?s)no PostgreSQL server to test with; tried in turn:
                    - a server given by INDICO_METRICS_TEST_JDBC_URL: not set
                    - Testcontainers: no container engine answers at unix:///nowhere/docker\\.sock \\(.+\\)
                    - embedded PostgreSQL as a ghost: Cannot run program "/nowhere/unshare".*
                    - system PostgreSQL .+: no initdb and pg_ctl on the PATH or in .+/\\*/bin
                    Give one of them, .+ INDICO_METRICS_TEST_JDBC_URL=jdbc:postgresql://.+\
                    """);
    }

    @Test
    @Timeout(5)
    void doesNotWaitForAServerThatNeverAnswers() throws IOException {
        try (ServerSocket silent = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            long before = System.nanoTime();
            assertThatThrownBy(() -> ContainerSource.of("tcp://127.0.0.1:" + silent.getLocalPort())
                            .start()
                            .server())
                    .isInstanceOf(IOException.class)
                    .hasMessageContaining("no response");
            assertThat(Duration.ofNanos(System.nanoTime() - before)).isLessThan(Duration.ofSeconds(2));
        }
    }
}
