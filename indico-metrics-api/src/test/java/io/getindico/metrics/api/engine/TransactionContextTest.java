package io.getindico.metrics.api.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.getindico.metrics.api.CollectionContext;
import java.sql.Connection;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.util.concurrent.atomic.AtomicInteger;
import org.jooq.DSLContext;
import org.jooq.Field;
import org.jooq.SQLDialect;
import org.jooq.impl.DSL;
import org.jooq.impl.SQLDataType;
import org.jooq.tools.jdbc.MockConnection;
import org.jooq.tools.jdbc.MockResult;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

class TransactionContextTest {
    private static final Instant SUMMER = Instant.parse("2026-07-01T22:30:00Z");

    private final TestSettings settings = new TestSettings();
    private final SharedResults shared = new SharedResults();
    private @Nullable String rootCategoryZone;
    private int statements;

    private CollectionContext context(int maxStatements) {
        StatementLimit limit = new StatementLimit(maxStatements);
        Connection guarded = ConnectionGuard.guard(server(), new RunControl(), limit);
        DSLContext dsl = DSL.using(guarded, SQLDialect.POSTGRES, JooqSettings.get());
        return new TransactionContext(dsl, limit, shared, SUMMER, settings.build());
    }

    /** Answers every statement with the zone of the root category. */
    private MockConnection server() {
        return new MockConnection(context -> {
            statements++;
            DSLContext create = DSL.using(SQLDialect.POSTGRES);
            Field<String> timezone = DSL.field(DSL.name("timezone"), SQLDataType.VARCHAR);
            var rows = create.newResult(timezone);
            rows.add(create.newRecord(timezone).values(rootCategoryZone));
            return new MockResult[] {new MockResult(1, rows)};
        });
    }

    @Nested
    class LocalTime {
        @Test
        void isThatOfTheZoneSetWithoutAStatement() {
            settings.zone(ZoneId.of("Europe/Zurich"));
            assertThat(context(0).localNow()).isEqualTo(LocalDateTime.parse("2026-07-02T00:30:00"));
            assertThat(shared.find(IndicoZone.class)).isEqualTo(new IndicoZone(ZoneId.of("Europe/Zurich"), "setting"));
            assertThat(statements).isZero();
        }

        @Test
        void isThatOfTheRootCategoryReadOncePerTransactionAndNotCounted() {
            rootCategoryZone = "America/New_York";
            assertThat(context(0).localNow()).isEqualTo(LocalDateTime.parse("2026-07-01T18:30:00"));
            assertThat(context(0).localNow()).isEqualTo(LocalDateTime.parse("2026-07-01T18:30:00"));
            assertThat(shared.find(IndicoZone.class))
                    .isEqualTo(new IndicoZone(ZoneId.of("America/New_York"), "root category"));
            assertThat(statements).isOne();
        }

        @Test
        void isUtcWhereTheRootCategoryHasNoZone() {
            assertThat(context(0).localNow()).isEqualTo(LocalDateTime.parse("2026-07-01T22:30:00"));
            assertThat(shared.find(IndicoZone.class))
                    .extracting(IndicoZone::origin)
                    .isEqualTo("default");
        }

        @Test
        void isNotGuessedWhereTheZoneIsUnknown() {
            rootCategoryZone = "Middle-earth/Shire";
            assertThatExceptionOfType(CollectionException.class)
                    .isThrownBy(() -> context(0).localNow())
                    .withMessage("the root category's time zone 'Middle-earth/Shire' is unknown to Java;"
                            + " set the zone instead")
                    .returns(FailureReason.QUERY, CollectionException::reason);
        }
    }

    @Nested
    class Shared {
        @Test
        void resultsAreReadByTheFirstWhoAsks() {
            AtomicInteger reads = new AtomicInteger();
            assertThat(context(0).shared(Integer.class, dsl -> reads.incrementAndGet()))
                    .isOne();
            assertThat(context(0).shared(Integer.class, dsl -> reads.incrementAndGet()))
                    .isOne();
        }

        @Test
        void resultsAreKeptApartByTheirType() {
            assertThat(context(0).shared(Integer.class, dsl -> 1)).isOne();
            assertThat(context(0).shared(String.class, dsl -> "one")).isEqualTo("one");
        }

        @Test
        void resultsAreReadAnewAfterARollback() {
            assertThat(context(0).shared(Integer.class, dsl -> 1)).isOne();
            shared.forget();
            assertThat(context(0).shared(Integer.class, dsl -> 2)).isEqualTo(2);
        }

        @Test
        void statementsDoNotCountButTheCollectorsOwnDo() {
            CollectionContext context = context(1);
            context.shared(String.class, dsl -> dsl.selectOne().fetch().toString());
            context.dsl().selectOne().fetch();
            assertThatThrownBy(() -> context.dsl().selectOne().fetch())
                    .isInstanceOf(CollectionException.class)
                    .hasMessage("sent more statements than its maxStatements(), which is 1");
            assertThat(statements).isEqualTo(2);
        }

        @Test
        void oneThatAsksForAnotherDoesNotEndTheExemption() {
            CollectionContext context = context(0);
            context.shared(String.class, dsl -> {
                context.shared(Integer.class, inner -> inner.selectOne().execute());
                return dsl.selectOne().fetch().toString();
            });
            assertThat(statements).isEqualTo(2);
            assertThatThrownBy(() -> context.dsl().selectOne().fetch()).isInstanceOf(CollectionException.class);
        }

        @Test
        void oneThatFailsEndsTheExemption() {
            CollectionContext context = context(0);
            assertThatThrownBy(() -> context.shared(String.class, dsl -> {
                        throw new IllegalStateException();
                    }))
                    .isInstanceOf(IllegalStateException.class);
            assertThatThrownBy(() -> context.dsl().selectOne().fetch()).isInstanceOf(CollectionException.class);
        }
    }
}
