package io.getindico.metrics.testing;

import io.getindico.metrics.jooq.IndicoRelease;
import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Inherited;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/**
 * Gives a JUnit test class its own {@link IndicoDatabase}, and {@link IndicoRows} to fill it. Both can be parameters of
 * the constructor and of methods. Before each test the database is reset to the state that Indico's {@code db prepare}
 * leaves, so rows that a {@code @BeforeAll} method inserts are gone. It is dropped after the last test. The ids of each
 * table start at a different number, so that a query that joins the wrong ids finds no rows.
 *
 * <pre>
 * &#64;IndicoTest
 * class RoomsTest {
 *     &#64;Test
 *     void aDeletedRoomDoesNotCount(IndicoDatabase database, IndicoRows rows) {
 *         rows.row(ROOMS).with(ROOMS.IS_DELETED, true).insert();
 *         assertEquals("…", ExpositionText.of(new RoomsCollector(), database));
 *     }
 * }
 * </pre>
 *
 * <p>The tests of a class run one at a time, even if JUnit runs others in parallel. If there is no PostgreSQL, they
 * fail with a message that names everything that was tried.
 *
 * @since 0.1.0
 */
@Documented
@Inherited
@Target(ElementType.TYPE)
@Retention(RetentionPolicy.RUNTIME)
@Execution(ExecutionMode.SAME_THREAD)
@ExtendWith(IndicoExtension.class)
public @interface IndicoTest {
    /**
     * The release whose tables the database has.
     *
     * @return one release; by default the newest
     */
    IndicoRelease[] release() default {};
}
