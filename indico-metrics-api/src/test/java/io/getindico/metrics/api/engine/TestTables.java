package io.getindico.metrics.api.engine;

import org.jooq.Condition;
import org.jooq.Field;
import org.jooq.Name;
import org.jooq.Record;
import org.jooq.Schema;
import org.jooq.Table;
import org.jooq.TableField;
import org.jooq.TableOptions;
import org.jooq.impl.DSL;
import org.jooq.impl.SQLDataType;
import org.jooq.impl.TableImpl;
import org.jspecify.annotations.Nullable;

/** Tables in the form in which jOOQ generates them. */
final class TestTables {
    private TestTables() {}

    static final class Events extends TableImpl<Record> {
        private static final long serialVersionUID = 1L;

        static final Events EVENTS = new Events(DSL.name("events"), null);

        final transient TableField<Record, Integer> id = createField(DSL.name("id"), SQLDataType.INTEGER, this);
        final transient TableField<Record, String> title = createField(DSL.name("title"), SQLDataType.VARCHAR, this);
        final transient TableField<Record, Boolean> deleted =
                createField(DSL.name("is_deleted"), SQLDataType.BOOLEAN, this);

        private Events(Name alias, @Nullable Table<Record> aliased) {
            super(alias, null, aliased, (Field<?>[]) null, DSL.comment(""), TableOptions.table(), (Condition) null);
        }

        @Override
        public @Nullable Schema getSchema() {
            return aliased() ? null : DSL.schema(DSL.name("events"));
        }

        @Override
        public Events as(String alias) {
            return new Events(DSL.name(alias), this);
        }
    }

    static final class Notes extends TableImpl<Record> {
        private static final long serialVersionUID = 1L;

        static final Notes NOTES = new Notes(DSL.name("notes"), null);

        final transient TableField<Record, Integer> id = createField(DSL.name("id"), SQLDataType.INTEGER, this);
        final transient TableField<Record, Integer> eventId =
                createField(DSL.name("event_id"), SQLDataType.INTEGER, this);

        private Notes(Name alias, @Nullable Table<Record> aliased) {
            super(alias, null, aliased, (Field<?>[]) null, DSL.comment(""), TableOptions.table(), (Condition) null);
        }

        @Override
        public @Nullable Schema getSchema() {
            return aliased() ? null : DSL.schema(DSL.name("attachments"));
        }

        @Override
        public Notes as(String alias) {
            return new Notes(DSL.name(alias), this);
        }
    }
}
