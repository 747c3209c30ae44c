package io.getindico.metrics.api.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.getindico.metrics.api.CollectorSetting;
import io.getindico.metrics.api.DerivedRows;
import io.getindico.metrics.api.IdSet;
import io.getindico.metrics.api.IdSet.Contents;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.util.Map;
import org.jooq.Field;
import org.jooq.SQLDialect;
import org.jooq.impl.DSL;
import org.jooq.impl.DefaultConfiguration;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class QueryContextTest {
    private static final Instant SUMMER = Instant.parse("2026-07-01T22:30:00Z");

    private final QueryContext context = new QueryContext(SUMMER, Map.of());

    /** How often the zone was asked for. */
    private int asked;

    private String sent(Field<?> field, String zone) {
        DefaultConfiguration configuration = new DefaultConfiguration();
        configuration.set(SQLDialect.POSTGRES);
        Bindings bindings = new Bindings() {
            @Override
            public boolean isCalled(DerivedRows rows) {
                throw new AssertionError("none was asked about");
            }

            @Override
            public Contents contents(IdSet set) {
                return Contents.EMPTY;
            }

            @Override
            public ZoneId zone() {
                asked++;
                return ZoneId.of(zone);
            }
        };
        bindings.bindTo(configuration);
        return DSL.using(configuration).renderInlined(DSL.select(field));
    }

    @Test
    void nowIsTheInstantOfTheRefresh() {
        assertThat(context.now()).isEqualTo(SUMMER);
    }

    @Nested
    class LocalTime {
        @ParameterizedTest
        @CsvSource({
            "Europe/Zurich, 2026-07-02 00:30:00.0",
            "America/New_York, 2026-07-01 18:30:00.0",
            "UTC, 2026-07-01 22:30:00.0"
        })
        void isThatOfTheZoneWhenTheQueryIsSent(String zone, String local) {
            assertThat(sent(context.localNow(), zone)).isEqualTo("select timestamp '" + local + "'");
        }

        @Test
        void asksForTheZoneOnlyWhenTheQueryIsSent() {
            Field<?> localNow = context.localNow();
            assertThat(localNow.toString()).contains("2026-07-01 22:30:00");
            assertThat(asked).isZero();
            sent(localNow, "UTC");
            assertThat(asked).isOne();
        }
    }

    @Nested
    class Zone {
        @ParameterizedTest
        @CsvSource({
            "Europe/Zurich, Europe/Zurich",
            "UTC, UTC",
            "GMT, UTC",
            "Z, UTC",
            "+02:00, <+02:00>-02:00",
            "-03:30, <-03:30>+03:30",
            "UTC+1, <+01:00>-01:00"
        })
        void hasTheSameMeaningInPostgresqlAndJava(String zone, String name) {
            assertThat(sent(context.zone(), zone)).isEqualTo("select '" + name + "'");
        }

        @Test
        void isAskedForOnlyWhenTheQueryIsSent() {
            Field<?> zone = context.zone();
            assertThat(zone.toString()).contains("UTC");
            assertThat(asked).isZero();
            sent(zone, "UTC");
            assertThat(asked).isOne();
        }
    }

    @Nested
    class Setting {
        private static final CollectorSetting<Duration> AGE = CollectorSetting.duration("age", Duration.ofDays(1));

        @Test
        void hasTheValueOfTheEngine() {
            QueryContext set = new QueryContext(SUMMER, Map.of(AGE, Duration.ofHours(3)));
            assertThat(set.setting(AGE)).isEqualTo(Duration.ofHours(3));
        }

        @Test
        void thatTheCollectorDoesNotDeclareIsRefused() {
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> context.setting(AGE))
                    .withMessage("the setting 'age' is not among the collector's settings()");
        }
    }
}
