package io.getindico.metrics.exporter;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.getindico.metrics.exporter.commands.ExporterMain;
import io.getindico.metrics.exporter.http.ListenException;
import io.getindico.metrics.exporter.settings.Settings;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.net.BindException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.Map;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** An address that is unavailable now may become available. This has its own exit code, cause and remedy. */
final class ListenTest {
    @AutoClose
    private static final TestDatabase database = new TestDatabase();

    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final ByteArrayOutputStream err = new ByteArrayOutputStream();

    @Test
    void serveExitsWith4IfThePortIsTaken() throws IOException {
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            String address = "127.0.0.1:" + taken.getLocalPort();

            assertThat(run("serve", address)).isEqualTo(4);

            assertThat(err.toString(UTF_8).lines())
                    .singleElement()
                    .isEqualTo("indico-metrics-exporter: INDICO_METRICS_LISTEN: got \"" + address
                            + "\", but cannot listen there now: Address already in use; end what listens there (ss -ltnp"
                            + " shows it), or choose another port");
        }
    }

    @ParameterizedTest
    @CsvSource({"203.0.113.7:10742", "no-such-host.invalid:10742"})
    void serveExitsWith4AndCheckWith1IfTheAddressDoesNotExist(String address) {
        assertThat(run("serve", address)).isEqualTo(4);
        assertThat(err.toString(UTF_8)).hasLineCount(1);
        err.reset();

        assertThat(run("check", address)).isEqualTo(1);
        assertThat(out.toString(UTF_8)).contains("listen     " + address + " CANNOT LISTEN: ");
        assertThat(err.toString(UTF_8)).contains("got \"" + address + "\", but cannot listen there now: ");
    }

    @Test
    void checkFindsAPortThatAnotherProgramHasTaken() throws IOException {
        // It accepts connections but never answers.
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            assertThat(run("check", "127.0.0.1:" + taken.getLocalPort())).isEqualTo(1);

            assertThat(err.toString(UTF_8)).contains("Address already in use; end what listens there");
            assertThat(out.toString(UTF_8))
                    .contains(" CANNOT LISTEN: Address already in use")
                    .contains("all that run");
        }
    }

    @ParameterizedTest
    @CsvSource({"127.0.0.1:, ''", "127.0.0.1:, token", "localhost:, ''", ":, token"})
    void checkSucceedsWhileAnExporterRuns(String host, String token) {
        Map<String, String> settings = database.settings("listen", host + "0", "token", token);
        try (Exporter exporter = Exporter.start(settings)) {
            String address = host + exporter.uri().getPort();

            assertThat(run("check", address)).as(err.toString(UTF_8)).isZero();

            assertThat(out.toString(UTF_8))
                    .contains("\nlisten     " + address + " (an exporter of Indico's metrics serves there now)\n");
            assertThat(err.toString(UTF_8)).isEmpty();
        }
    }

    /** The port is free again afterwards, and no client was accepted on it. */
    @Test
    void checkTriesAFreePort() throws IOException {
        int port;
        try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            port = free.getLocalPort();
        }
        assertThat(run("check", "127.0.0.1:" + port)).isZero();
        assertThat(out.toString(UTF_8)).contains("\nlisten     127.0.0.1:" + port + "\n");
        assertThat(run("check", "127.0.0.1:" + port)).isZero();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "Address already in use | end what listens there (ss -ltnp shows it), or choose another port",
                "Cannot assign requested address | wait until this machine has the address, or choose one that it has",
                "Permission denied | choose a port from 1024 on, with a proxy in front of it if need be, or give",
                "Keine Berechtigung | choose an address of this machine and a free port",
            })
    void theRemedyFitsTheCause(String cause, String remedy) {
        ListenException exception =
                ListenException.of(Settings.of(database.settings("listen", ":443")), new BindException(cause));

        assertThat(exception.line())
                .startsWith("listen: got \":443\", but cannot listen there now: " + cause + "; " + remedy);
    }

    private int run(String command, String listen) {
        return ExporterMain.run(
                new String[] {command},
                database.environment("listen", listen),
                new PrintStream(out, true, UTF_8),
                new PrintStream(err, true, UTF_8));
    }
}
