package io.getindico.metrics.collectors;

import io.getindico.metrics.api.MetricCollector;
import io.getindico.metrics.jooq.IndicoRelease;
import io.getindico.metrics.testing.ExpositionText;
import io.getindico.metrics.testing.IndicoDatabase;
import io.getindico.metrics.testing.IndicoRows;
import java.util.Locale;
import java.util.SortedMap;
import java.util.function.Consumer;
import org.jooq.TableField;

/** A database whose rows have a number that no constant of an enum stands for, as a newer Indico may have. */
public final class UnknownNumbers {
    private static final int UNKNOWN = 99;

    private UnknownNumbers() {}

    /** Sets the column to the unknown number in all rows, and returns what the collector gives. */
    public static SortedMap<String, Double> values(
            MetricCollector collector, TableField<?, ?> column, Consumer<IndicoRows> insert) {
        try (IndicoDatabase database = IndicoDatabase.create(IndicoRelease.newest())) {
            database.prepare();
            insert.accept(IndicoRows.into(database.dsl()));
            String table = database.dsl().render(column.getTable());
            database.dsl()
                    .execute(String.format(
                            Locale.ROOT,
                            "ALTER TABLE %s DROP CONSTRAINT ck_%s_valid_enum_%s; UPDATE %1$s SET %3$s = %4$d",
                            table,
                            column.getTable().getName(),
                            column.getName(),
                            UNKNOWN));
            return ExpositionText.values(ExpositionText.of(collector, database));
        }
    }
}
