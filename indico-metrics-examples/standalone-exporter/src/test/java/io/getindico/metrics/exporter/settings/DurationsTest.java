package io.getindico.metrics.exporter.settings;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class DurationsTest {
    @ParameterizedTest
    @CsvSource({"500ms, PT0.5S", "90s, PT90S", "5m, PT5M", "48h, PT48H", "2d, P2D"})
    void readsEveryUnit(String text, Duration expected) throws InvalidValueException {
        assertThat(Durations.parse(text)).isEqualTo(expected);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"", "5", "s", "-5s", "1.5s", "5 s", "5S", "5w", "0s", "0d", "9999999999s", "999999999d", "PT5S"})
    void refusesATextThatIsNoDuration(String text) {
        assertThatExceptionOfType(InvalidValueException.class).isThrownBy(() -> Durations.parse(text));
    }

    @Test
    void limitsDurationsThatAreCountedInMilliseconds() throws InvalidValueException {
        assertThat(new Durations.UpToADay().convert("1d")).isEqualTo(Duration.ofDays(1));
        assertThatExceptionOfType(InvalidValueException.class)
                .isThrownBy(() -> new Durations.UpToADay().convert("25h"));
    }

    @ParameterizedTest
    @CsvSource({"PT0.5S, 500ms", "PT55S, 55s", "PT285S, 285s", "PT30M, 30m", "PT36H, 36h", "PT48H, 2d"})
    void writesAsASettingWould(Duration duration, String expected) {
        assertThat(Durations.format(duration)).isEqualTo(expected);
    }

    @ParameterizedTest
    @CsvSource({"PT0.0312S, 31.2 ms", "PT1.234S, 1.23 s", "PT0S, 0.0 ms"})
    void writesAMeasuredDuration(Duration duration, String expected) {
        assertThat(Durations.measured(duration)).isEqualTo(expected);
    }
}
