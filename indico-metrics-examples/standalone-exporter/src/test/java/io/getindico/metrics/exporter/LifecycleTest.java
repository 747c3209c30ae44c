package io.getindico.metrics.exporter;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.getindico.metrics.exporter.http.ListenException;
import java.io.IOException;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class LifecycleTest {
    @AutoClose
    private static final TestDatabase database = new TestDatabase();

    @Test
    void twoExportersLiveSideBySideAndLeaveNoThreadBehind() throws Exception {
        Set<Thread> before = Thread.getAllStackTraces().keySet();
        try (Exporter one = Exporter.start(database.settings())) {
            try (Exporter two = Exporter.start(database.settings())) {
                assertThat(Answer.get(two.uri()).status()).isEqualTo(200);
            }
            assertThat(Answer.get(one.uri()).status()).isEqualTo(200);
        }
        Waiting.until(
                "all threads have ended",
                () -> Thread.getAllStackTraces().keySet().stream()
                        .filter(thread -> !before.contains(thread))
                        .map(Thread::getName)
                        .filter(name -> name.matches("(http|exporter|indico|commons-pool|pool-).*"))
                        .collect(Collectors.toSet())
                        .isEmpty());
    }

    @ParameterizedTest
    @ValueSource(strings = {"127.0.0.1:0", "[::1]:0", "localhost:0", ":0", "0.0.0.0:0"})
    void listensOnTheGivenAddress(String address) throws IOException {
        try (Exporter exporter = Exporter.start(database.settings("listen", address))) {
            assertThat(exporter.uri().getPort()).isPositive();
            assertThat(Answer.get(exporter.uri()).status()).isEqualTo(200);
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "203.0.113.7:0 | Cannot assign requested address; wait until this machine has the address, or",
                "no-such-host.invalid:0 | the name no-such-host.invalid is not known; correct the name, or",
            })
    void anAddressThatIsNotOfThisMachineIsRefusedWithTheCauseAndARemedy(String address, String rest) {
        ListenException thrown =
                catchThrowableOfType(ListenException.class, () -> Exporter.start(database.settings("listen", address)));

        assertThat(thrown.line()).startsWith("listen: got \"" + address + "\", but cannot listen there now: " + rest);
    }
}
