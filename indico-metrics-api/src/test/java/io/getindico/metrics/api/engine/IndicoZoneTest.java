package io.getindico.metrics.api.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.time.ZoneId;
import java.time.ZoneOffset;
import org.jooq.DSLContext;
import org.jooq.Field;
import org.jooq.Record1;
import org.jooq.Result;
import org.jooq.SQLDialect;
import org.jooq.impl.DSL;
import org.jooq.impl.SQLDataType;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.NullAndEmptySource;

class IndicoZoneTest {
    private static final IndicoZone DEFAULT = new IndicoZone(ZoneOffset.UTC, "default");

    /** What the statement gives: one row for each root category, of which there is one. */
    private static Result<?> rows(@Nullable String... zones) {
        DSLContext create = DSL.using(SQLDialect.POSTGRES);
        Field<String> timezone = DSL.field(DSL.name("timezone"), SQLDataType.VARCHAR);
        Result<Record1<String>> rows = create.newResult(timezone);
        for (String zone : zones) {
            rows.add(create.newRecord(timezone).values(zone));
        }
        return rows;
    }

    @Test
    void readsTheRootCategory() {
        assertThat(DSL.using(SQLDialect.POSTGRES).renderInlined(IndicoZone.query()))
                .isEqualTo("select \"categories\".\"categories\".\"timezone\" from \"categories\".\"categories\""
                        + " where \"categories\".\"categories\".\"id\" = 0");
    }

    @Test
    void takesTheZoneOfTheRootCategory() {
        assertThat(IndicoZone.of(rows("America/New_York")))
                .isEqualTo(new IndicoZone(ZoneId.of("America/New_York"), "root category"));
    }

    @ParameterizedTest
    @NullAndEmptySource
    void withoutAZoneOfTheRootCategoryItIsUtc(@Nullable String zone) {
        assertThat(IndicoZone.of(rows(zone))).isEqualTo(DEFAULT);
    }

    @Test
    void withoutARootCategoryItIsUtc() {
        assertThat(IndicoZone.of(rows())).isEqualTo(DEFAULT);
    }

    @Test
    void refusesAZoneThatJavaDoesNotKnow() {
        assertThatExceptionOfType(CollectionException.class)
                .isThrownBy(() -> IndicoZone.of(rows("Middle-earth/Shire")))
                .withMessage("the root category's time zone 'Middle-earth/Shire' is unknown to Java;"
                        + " set the zone instead")
                .returns(FailureReason.QUERY, CollectionException::reason);
    }

    @Test
    void aZoneThatTheHostHasSetIsReportedAsASetting() {
        assertThat(IndicoZone.configured(ZoneId.of("Europe/Zurich")))
                .isEqualTo(new IndicoZone(ZoneId.of("Europe/Zurich"), "setting"));
    }
}
