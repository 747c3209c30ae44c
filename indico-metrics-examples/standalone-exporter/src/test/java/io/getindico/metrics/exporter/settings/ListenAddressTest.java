package io.getindico.metrics.exporter.settings;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class ListenAddressTest {
    @ParameterizedTest
    @CsvSource({
        "127.0.0.1:10742, 127.0.0.1, 10742, true",
        "127.1.2.3:1, 127.1.2.3, 1, true",
        "localhost:0, localhost, 0, true",
        "[::1]:10742, ::1, 10742, true",
        "[0:0:0:0:0:0:0:1]:1, 0:0:0:0:0:0:0:1, 1, true",
        "0.0.0.0:80, 0.0.0.0, 80, false",
        "[::]:80, ::, 80, false",
        "metrics.example.org:80, metrics.example.org, 80, false",
        "localhost.example.org:80, localhost.example.org, 80, false"
    })
    void readsHostAndPort(String text, String host, int port, boolean isLoopback) throws InvalidValueException {
        ListenAddress address = ListenAddress.parse(text);

        assertThat(address).isEqualTo(new ListenAddress(host, port)).hasToString(text);
        assertThat(address.isLoopback()).isEqualTo(isLoopback);
    }

    @ParameterizedTest
    @CsvSource({":10742, 10742"})
    void readsAPortOfAllAddresses(String text, int port) throws InvalidValueException {
        assertThat(ListenAddress.parse(text)).isEqualTo(new ListenAddress("", port));
        assertThat(ListenAddress.parse(text).isLoopback()).isFalse();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"10742", "localhost", "localhost:", "::1:80", "[::1]", "a b:80", "h:65536", "h:-1", "http://h:80"
            })
    void refusesOtherAddresses(String text) {
        assertThatExceptionOfType(InvalidValueException.class).isThrownBy(() -> ListenAddress.parse(text));
    }
}
