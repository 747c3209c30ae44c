package io.getindico.metrics.testing;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.junit.jupiter.api.Test;

class ExpositionTextTest {
    @Test
    void theValuesAreThoseOfEachSeries() {
        assertThat(ExpositionText.values("""
                        # HELP indico_rooms Rooms by location 1.0
                        # TYPE indico_rooms gauge
                        indico_rooms{location="Site 1",state="a \\"b\\""} 3.0
                        indico_rooms{location="Site 2",state="c"} 1.0E9
                        # HELP indico_oldest_timestamp_seconds When.
                        # TYPE indico_oldest_timestamp_seconds gauge
                        indico_oldest_timestamp_seconds 1.7E9
                        """))
                .isEqualTo(Map.of(
                        "indico_rooms{location=\"Site 1\",state=\"a \\\"b\\\"\"}", 3.0,
                        "indico_rooms{location=\"Site 2\",state=\"c\"}", 1e9,
                        "indico_oldest_timestamp_seconds", 1.7e9));
        assertThat(ExpositionText.values("")).isEmpty();
    }
}
