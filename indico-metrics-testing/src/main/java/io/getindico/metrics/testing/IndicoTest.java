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
 * Gives a class of JUnit tests an {@link IndicoDatabase} of its own, and {@link IndicoRows} to fill it: either can be a
 * parameter of its constructor and of its methods. Before each test the database is as Indico's {@code db prepare}
 * leaves it, so rows that a {@code @BeforeAll} puts in are gone; after the last test it is dropped. The ids of each table
 * begin at another number, so that a query that joins the wrong ids finds no rows.
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
 * <p>The tests of a class run one at a time, also where JUnit runs others in parallel. Where no PostgreSQL can be had,
 * they fail with all that was tried.
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
     * @return one; by default the newest
     */
    IndicoRelease[] release() default {};
}
