package io.getindico.metrics.testing.engine;

import static io.getindico.metrics.api.Value.scalar;
import static io.getindico.metrics.testing.engine.TestCollector.family;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.jooq.impl.DSL.inline;

import io.getindico.metrics.api.CollectionContext;
import io.getindico.metrics.api.CollectorSetting;
import io.getindico.metrics.api.FamilyQuery;
import io.getindico.metrics.api.MetricCollector;
import io.getindico.metrics.api.MetricFamily;
import io.getindico.metrics.api.Samples;
import io.getindico.metrics.api.engine.IndicoMetrics;
import io.getindico.metrics.api.engine.IndicoMetricsBuilder;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Settings of a collector's own, which the host sets by the collector's name. */
class CollectorSettingTest extends EngineTest {
    private static final MetricFamily AGE = family("age");
    private static final MetricFamily FILE = family("file");
    private static final CollectorSetting<Duration> MAX_AGE = CollectorSetting.duration("max_age", Duration.ofDays(2));

    /** Gives its setting as a value. */
    private record Aged(String name, List<CollectorSetting<?>> settings) implements MetricCollector {
        @Override
        public List<MetricFamily> families() {
            return List.of(AGE);
        }

        @Override
        public List<FamilyQuery> queries(CollectionContext context) {
            return List.of(FamilyQuery.withoutFrom()
                    .value(AGE, scalar(inline(context.setting(MAX_AGE).toSeconds()))));
        }
    }

    private record AgedFile(String name, List<CollectorSetting<?>> settings) implements MetricCollector {
        @Override
        public List<MetricFamily> families() {
            return List.of(FILE);
        }

        @Override
        public void collect(CollectionContext context, Samples samples) {
            samples.set(FILE, context.setting(MAX_AGE).toSeconds());
        }
    }

    private final MetricCollector aged = new Aged("aged", List.of(MAX_AGE));
    private final MetricCollector file = new AgedFile("file", List.of(MAX_AGE));

    @Test
    void byDefaultItIsWhatTheCollectorSays() {
        Exposition scrape = scrape(open(engine(aged, file)));
        assertThat(scrape.value("test_age")).isEqualTo(48 * 3600);
        assertThat(scrape.value("test_file")).isEqualTo(48 * 3600);
    }

    @Test
    void theHostSetsItForOneCollector() {
        Exposition scrape = scrape(open(engine(aged, file).setting("aged", "max_age", "90s")));
        assertThat(scrape.value("test_age")).isEqualTo(90);
        assertThat(scrape.value("test_file")).as("whose key is the same").isEqualTo(48 * 3600);
        assertThat(scrape(open(engine(aged, file).setting("file", "max_age", "3d")))
                        .value("test_file"))
                .isEqualTo(72 * 3600);
    }

    @ParameterizedTest
    @CsvSource({"aged, max_age, two days", "aged, max_age, 0s", "aged, max_age, -1s"})
    void aWrongValueIsRefusedNamingAllOfIt(String collector, String key, String value) {
        IndicoMetricsBuilder builder = engine(aged).setting(collector, key, value);
        assertThatThrownBy(builder::build)
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("setting 'max_age' of collector 'aged': got '" + value
                        + "', expected a duration of more than zero such as 90s, 5m, 48h or 2d");
    }

    @Test
    void aKeyOrACollectorThatIsNotThereIsRefused() {
        IndicoMetricsBuilder wrongKey = engine(aged).setting("aged", "min_age", "90s");
        assertThatThrownBy(wrongKey::build)
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("no setting of collector 'aged' is named [min_age]; there are [max_age]");
        IndicoMetricsBuilder wrongCollector = engine(aged).setting("old", "max_age", "90s");
        assertThatThrownBy(wrongCollector::build)
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("no collector is named [old]; there are [aged]");
    }

    @Test
    void oneThatTheCollectorDoesNotDeclareIsItsOwnFailure() {
        IndicoMetrics metrics = open(new Aged("aged", List.of()), TestCollector.sql("other", "SELECT 1"));
        Exposition scrape = scrape(metrics);
        assertThat(scrape.failures("aged", "collector_bug")).isEqualTo(1);
        assertThat(scrape.value("test_other")).isEqualTo(1);
        assertThat(metrics.status().collectors().get(0).queries().get(0).detail())
                .contains("the setting 'max_age' is not among the collector's settings()");
    }
}
