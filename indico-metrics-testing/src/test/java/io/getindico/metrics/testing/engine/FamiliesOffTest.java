package io.getindico.metrics.testing.engine;

import static io.getindico.metrics.api.Value.countRows;
import static io.getindico.metrics.api.Value.scalar;
import static io.getindico.metrics.jooq.indico.tables.News.NEWS;
import static io.getindico.metrics.jooq.users.tables.Users.USERS;
import static io.getindico.metrics.testing.engine.TestCollector.count;
import static io.getindico.metrics.testing.engine.TestCollector.family;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.jooq.impl.DSL.field;
import static org.jooq.impl.DSL.name;
import static org.jooq.impl.DSL.select;
import static org.jooq.impl.DSL.selectCount;
import static org.jooq.impl.DSL.table;

import io.getindico.metrics.api.FamilyQuery;
import io.getindico.metrics.api.IdSet;
import io.getindico.metrics.api.Label;
import io.getindico.metrics.api.MetricFamily;
import io.getindico.metrics.api.engine.CollectorStatus;
import io.getindico.metrics.api.engine.IndicoMetrics;
import io.getindico.metrics.api.engine.IndicoMetricsBuilder;
import java.util.List;
import java.util.Objects;
import java.util.SortedSet;
import org.jooq.CommonTableExpression;
import org.junit.jupiter.api.Test;

/** A family that the host has switched off costs the database nothing. */
class FamiliesOffTest extends EngineTest {
    private static final Label TITLE = Label.open("title");
    private static final MetricFamily ON = family("on");
    private static final MetricFamily OFF = family("off");
    private static final MetricFamily BY_TITLE =
            MetricFamily.gauge("test_off").help("By title.").labels(TITLE).build();

    private final StatementLog log = new StatementLog(database().dataSource());

    private IndicoMetrics without(MetricFamily off, TestCollector... collectors) {
        return open(engine(log, collectors).excludeFamilies(List.of(off.name())));
    }

    /** The columns of the only query of the only collector. */
    private static SortedSet<String> columns(IndicoMetrics metrics, String table) {
        List<CollectorStatus.Query> queries =
                metrics.status().collectors().get(0).queries();
        assertThat(queries).hasSize(1);
        return Objects.requireNonNull(queries.get(0).columns().get(table));
    }

    @Test
    void aQueryWithNoFamilyLeftIsNotSentAndNeedsNoRight() {
        Login login = closing(new Login(ownDatabase()));
        login.sql("REVOKE SELECT ON indico.news FROM %s");
        TestCollector both =
                TestCollector.of("both", List.of(OFF, ON), context -> List.of(count(OFF, NEWS), count(ON, USERS)));
        StatementLog sent = new StatementLog(login.dataSource());
        IndicoMetrics metrics = open(engine(sent, both).excludeFamilies(List.of("test_off")));
        Exposition scrape = scrape(metrics);
        assertThat(scrape.value("test_on")).isEqualTo(1);
        assertThat(scrape.text()).doesNotContain("test_off");
        assertThat(scrape.family("indico_collector_skipped")).isEmpty();
        assertThat(sent.containing("\"news\"")).isEmpty();
        assertThat(metrics.status().collectors().get(0).outcome()).isEqualTo(CollectorStatus.Outcome.SUCCESS);
        assertThat(metrics.families())
                .extracting(MetricFamily::name)
                .contains("test_on")
                .doesNotContain("test_off");
    }

    @Test
    void aQueryWithSomeFamiliesLeftDoesNotNeedTheColumnsOfTheOthers() {
        TestCollector both = TestCollector.of(
                "both",
                List.of(OFF, ON),
                context -> List.of(FamilyQuery.from(NEWS)
                        .where(NEWS.ID.gt(0))
                        .value(OFF, countRows().where(NEWS.TITLE.eq("x")))
                        .value(ON, countRows())));
        Login login = closing(new Login(ownDatabase()));
        login.sql("REVOKE SELECT ON indico.news FROM %s");
        login.sql("GRANT SELECT (id) ON indico.news TO %s");
        IndicoMetrics metrics = open(engine(login.dataSource(), both).excludeFamilies(List.of("test_off")));
        assertThat(scrape(metrics).value("test_on")).isZero();
        assertThat(columns(metrics, "indico.news")).as("FROM and WHERE stay").containsExactly("id");
        assertThat(scrape(open(engine(login.dataSource(), both))).skipped("both", "privilege_missing"))
                .as("with both of them")
                .isEqualTo(1);
    }

    @Test
    void aLabelThatNoFamilyLeftHasIsNotGroupedBy() {
        TestCollector both = TestCollector.of(
                "both",
                List.of(BY_TITLE, ON),
                context -> List.of(FamilyQuery.from(NEWS)
                        .by(TITLE, NEWS.TITLE, NEWS.ID)
                        .value(BY_TITLE, countRows())
                        .value(ON, countRows())));
        IndicoMetrics metrics = without(BY_TITLE, both);
        assertThat(scrape(metrics).value("test_on")).isZero();
        assertThat(columns(metrics, "indico.news")).isEmpty();
        assertThat(log.containing("\"indico\".\"news\""))
                .singleElement()
                .asString()
                .doesNotContain("group by");
    }

    @Test
    void aTableExpressionThatNoValueLeftUsesIsNotSent() {
        CommonTableExpression<?> counted =
                name("counted").fields("n").as(selectCount().from(NEWS));
        TestCollector both = TestCollector.of(
                "both",
                List.of(OFF, ON),
                context -> List.of(FamilyQuery.withoutFrom()
                        .with(counted)
                        .value(
                                OFF,
                                scalar(field(
                                        select(field(name("n"), Integer.class)).from(table(name("counted"))))))
                        .value(ON, scalar(field(selectCount().from(USERS))))));
        assertThat(scrape(without(OFF, both)).value("test_on")).isEqualTo(1);
        assertThat(log.containing("counted")).isEmpty();
        assertThat(scrape(without(ON, both)).value("test_off")).isZero();
        assertThat(log.containing("with recursive \"counted\"")).hasSize(1);
    }

    @Test
    void aSetThatNoValueLeftUsesIsNotRead() {
        IdSet news = IdSet.of("some_news", NEWS.ID, NEWS, NEWS.TITLE.isNotNull());
        TestCollector both = TestCollector.of(
                "both",
                List.of(OFF, ON),
                context -> List.of(FamilyQuery.from(USERS)
                        .value(OFF, countRows().where(news.contains(USERS.ID)))
                        .value(ON, countRows())));
        IndicoMetrics metrics = without(OFF, both);
        assertThat(scrape(metrics).value("test_on")).isEqualTo(1);
        assertThat(log.containing("some_news")).isEmpty();
        assertThat(metrics.status().collectors().get(0).queries().get(0).columns())
                .containsOnlyKeys("users.users");
        assertThat(scrape(without(ON, both)).value("test_off")).isZero();
        assertThat(log.containing("\"set_config\"('indico_metrics.some_news'")).hasSize(1);
    }

    @Test
    void aFamilyOfSeveralCollectorsIsOffInAllOfThem() {
        TestCollector one = TestCollector.of("one", OFF, context -> List.of(count(OFF, NEWS)));
        TestCollector two =
                TestCollector.of("two", List.of(OFF, ON), context -> List.of(count(OFF, NEWS), count(ON, USERS)));
        Exposition scrape = scrape(without(OFF, one, two));
        assertThat(scrape.value("test_on")).isEqualTo(1);
        assertThat(scrape.text()).doesNotContain("test_off");
        assertThat(one.runs()).isZero();
        assertThat(scrape.success("one"))
                .as("there is nothing that it could do")
                .isNull();
    }

    @Test
    void aCollectorWithoutQueriesNeedNotKnowOfIt() {
        TestCollector both = TestCollector.collecting("both", List.of(OFF, ON), (context, samples) -> {
            samples.set(OFF, 1);
            samples.set(ON, 2);
        });
        Exposition scrape = scrape(without(OFF, both));
        assertThat(scrape.success("both")).isEqualTo(1);
        assertThat(scrape.value("test_on")).isEqualTo(2);
        assertThat(scrape.value("test_off")).isNull();
    }

    @Test
    void aCollectorWithoutQueriesAndWithNoFamilyLeftIsNotRun() {
        TestCollector off = TestCollector.collecting("off", OFF, (context, samples) -> samples.set(OFF, 1));
        IndicoMetrics metrics = without(OFF, off, TestCollector.sql("on", "SELECT 1"));
        scrape(metrics);
        metrics.readOnce(null);
        assertThat(off.runs()).isZero();
    }

    @Test
    void aFamilyThatIsNotThereIsRefused() {
        IndicoMetricsBuilder builder =
                engine(TestCollector.sql("on", "SELECT 1")).excludeFamilies(List.of("test_on", "test_of"));
        assertThatThrownBy(builder::build)
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("excluded families: no metric is named 'test_of'; did you mean 'test_on'?");
    }
}
