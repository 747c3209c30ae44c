package io.getindico.metrics.api;

import static java.util.stream.Collectors.joining;

import java.util.List;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import org.jooq.Context;
import org.jooq.DSLContext;
import org.jooq.DataType;
import org.jooq.Field;
import org.jooq.Record;
import org.jooq.Result;
import org.jooq.SQLDialect;
import org.jooq.Select;
import org.jooq.Table;
import org.jooq.conf.Settings;
import org.jooq.impl.CustomField;
import org.jooq.impl.DSL;
import org.jooq.impl.SQLDataType;

/**
 * Rows for a query that are derived from a column with contents, such as the states of emails from the emails. The rows
 * themselves hold no contents.
 *
 * <pre>{@code
 * Field<String> state = jsonGetAttributeAsText(LOGS.DATA, "state").as("state");
 * DerivedRows emails = DerivedRows.of("event_emails", select(LOGS.LOGGED_DT, state).from(LOGS));
 * FamilyQuery.from(emails.table()).by(STATE, emails.field(state)).value(EMAILS, countRows())
 * }</pre>
 *
 * <p>PostgreSQL cannot grant a part of a column. So an administrator may create a function from this class's {@link
 * #definition}, and allow the login to call it instead of reading the columns. The engine calls the function if the login
 * may call it. Otherwise it reads the columns itself, if the login may read them.
 *
 * @since 0.1.0
 */
public final class DerivedRows {
    /** The schema of the functions. */
    public static final String SCHEMA = "indico_metrics";

    private static final Pattern NAME = Pattern.compile("[a-z][a-z0-9_]*");

    private final String name;
    private final List<Field<?>> arguments;
    private final Select<?> select;
    private final Select<?> body;

    private DerivedRows(String name, List<Field<?>> arguments, Select<?> select, Select<?> body) {
        if (!NAME.matcher(name).matches()) {
            throw new IllegalArgumentException(
                    "function name '" + name + "': expected lower-case letters, digits and underscores");
        }
        this.name = name;
        this.arguments = arguments;
        this.select = select;
        this.body = body;
    }

    /**
     * Defines rows that depend on nothing but the database.
     *
     * @param name the function's name: lower-case letters, digits and underscores; unique among those of an engine.
     *     Choose another one if the columns change, because PostgreSQL cannot replace a function by one with other
     *     columns
     * @param select yields the rows. Each column has a name. It uses no {@link IdSet} and nothing of a {@link
     *     CollectionContext}, because the function would keep the value
     * @return the rows
     */
    public static DerivedRows of(String name, Select<?> select) {
        return new DerivedRows(name, List.of(), select, select);
    }

    /**
     * Defines rows that also depend on a value, such as the beginning of a time window.
     *
     * @param <T> the type of the value
     * @param name as for {@link #of(String, Select)}
     * @param argument the value for this refresh
     * @param select yields the rows for an argument, as for {@link #of(String, Select)}
     * @return the rows
     */
    public static <T> DerivedRows of(String name, Field<T> argument, Function<Field<T>, Select<?>> select) {
        return new DerivedRows(
                name, List.of(argument), select.apply(argument), select.apply(new Parameter<>(argument.getDataType())));
    }

    /** {@return the function's name, without its schema} */
    public String name() {
        return name;
    }

    /** {@return the statement that reads the columns directly} It is public for the engine. */
    public Select<?> select() {
        return select;
    }

    /** {@return the rows as a table for {@link FamilyQuery#from}, with the name of the function} */
    public Table<?> table() {
        return DSL.table(new Rows()).as(name);
    }

    /**
     * A column of {@link #table()}.
     *
     * @param <T> its type
     * @param column one of the columns of the select
     * @return the column
     */
    public <T> Field<T> field(Field<T> column) {
        return DSL.field(DSL.name(name, column.getName()), column.getDataType());
    }

    /** {@return the function's name and types of arguments, as {@code GRANT EXECUTE ON FUNCTION} takes them} */
    public String signature() {
        return SCHEMA + "." + name + arguments.stream().map(DerivedRows::type).collect(joining(", ", "(", ")"));
    }

    /**
     * The statement that creates the function. The function runs with the rights of the role that creates it, and no
     * setting of the caller changes what it means. PostgreSQL stores its body as text, so a migration can still change
     * or drop the columns.
     *
     * @return the text of one statement, with a semicolon
     */
    public String definition() {
        DSLContext dsl = DSL.using(SQLDialect.POSTGRES, new Settings().withRenderFormatted(true));
        String columns = body.getSelect().stream()
                .map(column -> dsl.render(column.getUnqualifiedName()) + " " + type(column))
                .collect(joining(", "));
        return """
                CREATE OR REPLACE FUNCTION %s
                RETURNS TABLE (%s)
                LANGUAGE sql STABLE SECURITY DEFINER
                SET search_path = pg_catalog, pg_temp SET standard_conforming_strings = on
                AS $$
                %s
                $$;
                """.formatted(signature(), columns, dsl.renderInlined(body));
    }

    private static String type(Field<?> field) {
        return field.getDataType()
                .getCastTypeName(DSL.using(SQLDialect.POSTGRES).configuration());
    }

    /** A call of the function or the select, as the engine decides when it renders the statement. */
    private final class Rows extends CustomField<Result<Record>> {
        private static final long serialVersionUID = 1L;

        Rows() {
            super(DSL.name(name), SQLDataType.RESULT);
        }

        @Override
        @SuppressWarnings("unchecked")
        public void accept(Context<?> context) {
            Object isCalled = context.configuration().data(DerivedRows.class);
            // Outside the engine, for example in toString(), the columns are read.
            if (isCalled != null && ((Predicate<DerivedRows>) isCalled).test(DerivedRows.this)) {
                context.visit(
                        DSL.function(DSL.name(SCHEMA, name), SQLDataType.RESULT, arguments.toArray(Field[]::new)));
            } else {
                context.sql('(').visit(select).sql(')');
            }
        }
    }

    /** The argument in the body of the function. */
    private static final class Parameter<T> extends CustomField<T> {
        private static final long serialVersionUID = 1L;

        Parameter(DataType<T> type) {
            super(DSL.name("argument"), type);
        }

        @Override
        public void accept(Context<?> context) {
            context.sql("$1");
        }
    }
}
