package io.getindico.metrics.testing.engine;

import static io.getindico.metrics.api.Value.countRows;
import static io.getindico.metrics.jooq.indico.tables.News.NEWS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.jooq.impl.DSL.field;
import static org.jooq.impl.DSL.inline;
import static org.jooq.impl.DSL.selectCount;

import io.getindico.metrics.api.FamilyQuery;
import io.getindico.metrics.api.Label;
import io.getindico.metrics.api.MetricFamily;
import io.getindico.metrics.api.engine.CollectorStatus;
import io.getindico.metrics.api.engine.CollectorStatus.Outcome;
import io.getindico.metrics.api.engine.FailureReason;
import io.getindico.metrics.api.engine.IndicoMetrics;
import io.getindico.metrics.testing.ExpositionText;
import io.getindico.metrics.testing.IndicoDatabase;
import io.getindico.metrics.testing.IndicoRows;
import io.getindico.metrics.testing.IndicoTest;
import java.util.List;
import java.util.Map;
import org.jooq.Condition;
import org.junit.jupiter.api.Test;

/** A query that declares when its values would be wrong. */
@IndicoTest
class FailIfTest {
    private static final String REASON = "there is more than one piece of news";
    private static final Condition UNKNOWN = inline((Integer) null).gt(1);
    private static final Condition SEVERAL = field(selectCount().from(NEWS)).gt(1);
    private static final Label TITLE = Label.closed("title", "one", "two");
    private static final MetricFamily BY_TITLE = MetricFamily.gauge("test_news_by_title")
            .help("A test metric.")
            .labels(TITLE)
            .build();
    private static final MetricFamily ALL =
            MetricFamily.gauge("test_news").help("A test metric.").build();

    private final IndicoDatabase database;
    private final IndicoRows rows;

    FailIfTest(IndicoDatabase database, IndicoRows rows) {
        this.database = database;
        this.rows = rows;
    }

    private static TestCollector collector(Condition condition) {
        return TestCollector.of("news", List.of(BY_TITLE, ALL), context -> {
            FamilyQuery query = FamilyQuery.from(NEWS)
                    .where(NEWS.CONTENT.eq("read"))
                    .by(TITLE, NEWS.TITLE)
                    .failIf(condition, REASON)
                    .value(BY_TITLE, countRows())
                    .value(ALL, countRows());
            return List.of(query);
        });
    }

    @Test
    void givesItsValuesWhileTheConditionIsFalse() {
        news("one", "read");
        assertValues(collector(SEVERAL), 1);
    }

    @Test
    void givesZerosWithoutRows() {
        news("one", "not read");
        assertValues(collector(SEVERAL), 0);
    }

    @Test
    void givesItsValuesIfTheConditionIsUnknown() {
        news("one", "read");
        assertValues(collector(UNKNOWN), 1);
    }

    @Test
    void failsWithTheReasonIfTheConditionIsTrue() {
        news("one", "read");
        news("two", "not read");
        assertFails();
    }

    @Test
    void failsAlsoWithoutRows() {
        news("one", "not read");
        news("two", "not read");
        assertFails();
    }

    private void news(String title, String content) {
        rows.row(NEWS).with(NEWS.TITLE, title).with(NEWS.CONTENT, content).insert();
    }

    private void assertValues(TestCollector collector, double expected) {
        assertThat(ExpositionText.values(ExpositionText.of(collector, database)))
                .isEqualTo(Map.of(
                        "test_news", expected,
                        "test_news_by_title{title=\"one\"}", expected,
                        "test_news_by_title{title=\"two\"}", 0.0));
    }

    private void assertFails() {
        try (IndicoMetrics metrics = IndicoMetrics.builder(database.dataSource())
                .collectors(collector(SEVERAL))
                .build()) {
            CollectorStatus.Query query = metrics.readOnce(null)
                    .status()
                    .collectors()
                    .get(0)
                    .queries()
                    .get(0);
            assertThat(query.outcome()).isEqualTo(Outcome.FAILED);
            assertThat(query.failureReason()).isEqualTo(FailureReason.QUERY);
            assertThat(query.detail()).isEqualTo(REASON);
            assertThat(metrics.readOnce(null).metrics().stream())
                    .noneMatch(metric -> metric.getMetadata().getName().startsWith("test_news"));
        }
    }
}
