package io.getindico.metrics.testing.engine;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

/** Warnings about a login that may do more than read. */
class LoginWarningsTest extends EngineTest {
    private List<String> warnings(Login login) {
        return open(engine(login.dataSource(), TestCollector.sql("one", "SELECT 1")))
                .readOnce(null)
                .status()
                .loginWarnings();
    }

    @Test
    void doesNotWarnOfALoginThatOnlyReads() {
        assertThat(warnings(closing(new Login(database())))).isEmpty();
    }

    @Test
    void warnsOnceOfASuperuserAndOfALoginThatCanBecomeOne() {
        Login login = closing(new Login(database()));
        login.sql("GRANT postgres TO %s");
        assertThat(warnings(login)).containsExactly("the login is a superuser, or can become one");
        login.sql("REVOKE postgres FROM %s");
        login.sql("ALTER ROLE %s SUPERUSER");
        assertThat(warnings(login)).containsExactly("the login is a superuser, or can become one");
    }

    @Test
    void aLoginThatOwnsATableThatNoCollectorReadsIsWarnedOf() {
        ownDatabase();
        Login login = closing(new Login(database()));
        login.sql("ALTER TABLE events.logs OWNER TO %s");
        assertThat(warnings(login)).containsExactly("the login owns events.logs");
        login.sql("ALTER TABLE events.logs OWNER TO postgres");
    }

    @Test
    void warnsOfALoginThatMayWriteToAnyTable() {
        ownDatabase();
        for (String right : List.of("INSERT", "UPDATE (id)", "DELETE", "TRUNCATE")) {
            Login login = closing(new Login(database()));
            login.sql("GRANT " + right + " ON events.logs TO %s");
            assertThat(warnings(login)).as(right).containsExactly("the login may write to events.logs");
            login.sql("GRANT UPDATE (title) ON events.events TO %s");
            assertThat(warnings(login)).containsExactly("the login may write to events.events and 1 more");
        }
    }
}
