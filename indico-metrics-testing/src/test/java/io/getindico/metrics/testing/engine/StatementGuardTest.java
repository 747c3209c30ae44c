package io.getindico.metrics.testing.engine;

import static io.getindico.metrics.jooq.users.tables.Groups.GROUPS;
import static org.assertj.core.api.Assertions.assertThat;

import io.getindico.metrics.api.engine.IndicoMetrics;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The engine refuses statements that would disturb the transaction, which other queries share. */
class StatementGuardTest extends EngineTest {
    private static final String TRANSACTION = "SELECT extract(epoch FROM transaction_timestamp())";

    /** The engine puts each text in parentheses, and the text closes them itself. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "SELECT 1); COMMIT; SELECT (1                                         | collector_bug",
                "SELECT 1); /* now */ commit; SELECT (1                               | collector_bug",
                "SELECT 1); END; SELECT (1                                            | collector_bug",
                "SELECT 1); ROLLBACK; SELECT (1                                       | collector_bug",
                "SELECT 1); ABORT; SELECT (1                                          | collector_bug",
                "SELECT 1); BEGIN; SELECT (1                                          | collector_bug",
                "SELECT 1); START TRANSACTION; SELECT (1                              | collector_bug",
                "SELECT 1); SAVEPOINT mine; SELECT (1                                 | collector_bug",
                "SELECT 1); RELEASE mine; SELECT (1                                   | collector_bug",
                "SELECT 1); PREPARE TRANSACTION 'mine'; SELECT (1                     | collector_bug",
                "SELECT 1); INSERT INTO users.groups (name) VALUES ('mine'); SELECT (1 | query",
                "SELECT 1); SELECT * FROM users.groups FOR UPDATE; SELECT (1          | query",
                "SELECT 1); CREATE TABLE public.mine (); SELECT (1                    | query",
                "SELECT length(set_config('transaction_read_only', 'off', true))      | query",
                "SELECT setval('users.groups_id_seq', 100)                            | query",
                "SELECT nextval('users.groups_id_seq')                                | query",
            })
    void isRefusedWithoutAnEffectOnOthers(String statement, String reason) {
        IndicoMetrics metrics = open(
                TestCollector.sql("before", TRANSACTION),
                TestCollector.sql("intruder", statement),
                TestCollector.sql("next", TRANSACTION));
        Exposition scrape = scrape(metrics);
        assertThat(scrape.success("intruder")).isZero();
        assertThat(scrape.isFailing("intruder", reason)).as("%s", scrape).isTrue();
        assertThat(scrape.value("test_intruder")).isNull();
        assertThat(scrape.value("test_before")).isNotNull().isEqualTo(scrape.value("test_next"));
        assertThat(database().dsl().fetchCount(GROUPS)).isZero();
    }

    @Test
    void allowsHarmlessUsesOfTheWords() {
        String statement =
                "SELECT CASE WHEN '; commit' <> \"end\" THEN 1 END FROM (SELECT 'x' AS \"end\") t /* ; end */";
        assertThat(scrape(open(TestCollector.sql("honest", statement))).value("test_honest"))
                .isEqualTo(1);
    }
}
