package io.getindico.metrics.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.time.Duration;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class CollectorSettingTest {
    private static final CollectorSetting<Integer> DEPTH =
            CollectorSetting.of("max_depth", 3, Integer::valueOf, "a whole number");

    @Test
    void aSettingReturnsItsKeyAndDefault() {
        assertThat(DEPTH.key()).isEqualTo("max_depth");
        assertThat(DEPTH.defaultValue()).isEqualTo(3);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "Depth", "max-depth", "1st", "_depth", "a.b"})
    void aKeyThatIsNotSnakeCaseIsRefused(String key) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> CollectorSetting.duration(key, Duration.ofDays(1)))
                .withMessage(
                        "collector setting key '" + key + "': expected lower-case letters, digits and underscores");
    }

    @Test
    void aValueIsReadFromText() {
        assertThat(DEPTH.parse("5")).isEqualTo(5);
    }

    @Test
    void aValueThatItsParserRefusesIsReportedWithTheExpectedForm() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> DEPTH.parse("five"))
                .withMessage("got 'five', expected a whole number")
                .withCauseInstanceOf(NumberFormatException.class);
    }

    @Test
    void aBugOfTheParserIsNotReportedAsAWrongValue() {
        CollectorSetting<Integer> broken = CollectorSetting.of(
                "broken",
                1,
                text -> {
                    throw new IllegalStateException("bug");
                },
                "anything");
        assertThatExceptionOfType(IllegalStateException.class)
                .isThrownBy(() -> broken.parse("1"))
                .withMessage("bug");
    }

    @Nested
    class OfADuration {
        private final CollectorSetting<Duration> age = CollectorSetting.duration("age", Duration.ofDays(2));

        @ParameterizedTest
        @CsvSource({"90s, PT90S", "5m, PT5M", "48h, PT48H", "2d, PT48H", "007s, PT7S"})
        void aValueIsANumberWithAUnit(String text, Duration duration) {
            assertThat(age.parse(text)).isEqualTo(duration);
        }

        @ParameterizedTest
        @ValueSource(
                strings = {
                    "",
                    "48",
                    "h",
                    "0s",
                    "000d",
                    "-1h",
                    "1.5h",
                    "1h30m",
                    "1w",
                    "48H",
                    " 1h",
                    "PT1H",
                    "1h\n",
                    "99999999999999999999d",
                    "9223372036854775807d"
                })
        void allElseIsRefused(String text) {
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> age.parse(text))
                    .withMessage(
                            "got '" + text + "', expected a duration of more than zero such as 90s, 5m, 48h or 2d");
        }

        @Test
        void theDefaultIsAsGiven() {
            assertThat(age.defaultValue()).isEqualTo(Duration.ofDays(2));
        }
    }
}
