package io.getindico.metrics.api;

import static org.jooq.impl.DSL.aggregate;
import static org.jooq.impl.DSL.arrayAgg;
import static org.jooq.impl.DSL.arrayGet;
import static org.jooq.impl.DSL.bitAnd;
import static org.jooq.impl.DSL.bitOrAgg;
import static org.jooq.impl.DSL.boolAnd;
import static org.jooq.impl.DSL.cast;
import static org.jooq.impl.DSL.coalesce;
import static org.jooq.impl.DSL.concat;
import static org.jooq.impl.DSL.condition;
import static org.jooq.impl.DSL.count;
import static org.jooq.impl.DSL.field;
import static org.jooq.impl.DSL.function;
import static org.jooq.impl.DSL.generateSeries;
import static org.jooq.impl.DSL.inline;
import static org.jooq.impl.DSL.lag;
import static org.jooq.impl.DSL.length;
import static org.jooq.impl.DSL.lpad;
import static org.jooq.impl.DSL.max;
import static org.jooq.impl.DSL.min;
import static org.jooq.impl.DSL.octetLength;
import static org.jooq.impl.DSL.orderBy;
import static org.jooq.impl.DSL.replace;
import static org.jooq.impl.DSL.shl;
import static org.jooq.impl.DSL.shr;
import static org.jooq.impl.DSL.sum;
import static org.jooq.impl.DSL.table;
import static org.jooq.impl.DSL.toHex;
import static org.jooq.impl.DSL.when;

import java.util.function.Function;
import java.util.regex.Pattern;
import org.jooq.CommonTableExpression;
import org.jooq.Condition;
import org.jooq.Context;
import org.jooq.DataType;
import org.jooq.Field;
import org.jooq.Record;
import org.jooq.Record1;
import org.jooq.Record3;
import org.jooq.Record4;
import org.jooq.Select;
import org.jooq.Table;
import org.jooq.impl.CustomField;
import org.jooq.impl.DSL;
import org.jooq.impl.SQLDataType;

/**
 * A set of ids for conditions in queries, with one bit per id. Testing a bit takes predictable time, while a join of
 * tables with millions of rows depends on memory and statistics. The engine reads the set with one statement per
 * transaction, before the first query that uses it. The ids never leave the server.
 *
 * <p>The set is stored in a transaction-local setting, {@code indico_metrics.NAME}. A literal would add some hundred
 * kilobytes to each statement and to the server's log of slow statements. The definition of a set may use other sets.
 * Collectors that define the same set share it.
 *
 * @since 0.1.0
 */
public final class IdSet {
    /** 4 MiB of bits. Larger ids, which take 33 million rows or a jump in a sequence, turn the set into a list. */
    private static final int MAX_BITS = 1 << 25;

    private static final Pattern NAME = Pattern.compile("[a-z][a-z0-9_]*");
    private static final int WORD_SHIFT = 6;
    private static final int WORD_BITS = 1 << WORD_SHIFT;
    private static final int HEX_DIGITS = WORD_BITS / 4;
    private static final int LISTED = -1;

    private static final Table<Record> WORDS = table(DSL.name("words"));
    private static final Field<Integer> WORD = field(DSL.name("word"), SQLDataType.INTEGER);
    private static final Field<Long> IDS = field(DSL.name("ids"), SQLDataType.BIGINT);
    private static final Field<Long> ROWS = field(DSL.name("rows"), SQLDataType.BIGINT);

    private final String name;
    private final Select<Record4<Integer, Integer, Long, Boolean>> statement;
    private final boolean isCounted;

    private IdSet(String name, Select<Record4<Integer, Integer, Long, Boolean>> statement, boolean isCounted) {
        this.name = name;
        this.statement = statement;
        this.isCounted = isCounted;
    }

    /**
     * What the engine knows about a set after reading it.
     *
     * @param bits how many bits it has on the server, -1 if the ids are stored as a list
     * @param rows how many rows are members, including those without an id
     * @param isDistinct whether all their ids are distinct
     */
    public record Contents(int bits, long rows, boolean isDistinct) {
        /** The contents of an empty set. */
        public static final Contents EMPTY = new Contents(0, 0, true);
    }

    /**
     * Defines a set. Reading it takes one pass over the table.
     *
     * @param name lower-case letters, digits and underscores; unique among the sets of an engine
     * @param id the column that gives the ids
     * @param table the table of the column
     * @param members the rows to include
     * @return the set
     */
    public static IdSet of(String name, Field<Integer> id, Table<?> table, Condition members) {
        return new IdSet(name, statement(name, words(id, table, members), MAX_BITS, inline(true)), false);
    }

    /**
     * Defines a set for which {@link #rows} and {@link #isDistinct} are available. Reading it takes slightly longer.
     *
     * @param name lower-case letters, digits and underscores; unique among the sets of an engine
     * @param id the column that gives the ids
     * @param table the table of the column
     * @param members the rows to include
     * @return the set
     */
    public static IdSet counted(String name, Field<Integer> id, Table<?> table, Condition members) {
        return counted(name, id, table, members, MAX_BITS);
    }

    static IdSet counted(String name, Field<Integer> id, Table<?> table, Condition members, int maxBits) {
        Condition isDistinct = ROWS.eq(cast(size(), SQLDataType.BIGINT));
        return new IdSet(
                name,
                statement(name, words(id, table, members), maxBits, coalesce(boolAnd(isDistinct), inline(true))),
                true);
    }

    private static Select<Record4<Integer, Integer, Long, Boolean>> statement(
            String name, CommonTableExpression<?> words, int maxBits, Field<Boolean> isDistinct) {
        if (!NAME.matcher(name).matches()) {
            throw new IllegalArgumentException(
                    "set name '" + name + "': expected lower-case letters, digits and underscores");
        }
        Condition isBeyond = min(WORD).lt(inline(0)).or(max(WORD).ge(inline(maxBits >> WORD_SHIFT)));
        Field<String> text = when(isBeyond, field(listedText())).otherwise(field(bitsText()));
        Field<Integer> bits = when(isBeyond, inline(LISTED))
                .otherwise(coalesce(max(WORD).plus(inline(1)).mul(inline(WORD_BITS)), inline(0)));
        return DSL.with(words)
                .select(
                        // Selects the length, because the value itself is not needed on the client.
                        length(function(
                                DSL.name("set_config"),
                                SQLDataType.VARCHAR,
                                inline(setting(name)),
                                text,
                                inline(true))),
                        bits,
                        coalesce(cast(sum(ROWS), SQLDataType.BIGINT), inline(0L)),
                        isDistinct)
                .from(WORDS);
    }

    private static String setting(String name) {
        return "indico_metrics." + name;
    }

    /** {@return the set's name, unique among the sets that one engine reads} */
    public String name() {
        return name;
    }

    /**
     * {@return the statement that reads the set and stores it on the server} It returns one row. It is public for the
     * engine and for debugging.
     */
    public Select<?> statement() {
        return statement;
    }

    /**
     * Reads the row that {@link #statement()} returned.
     *
     * @param row the row
     * @return the contents that conditions need
     */
    public static Contents contents(Record row) {
        return new Contents(row.get(1, Integer.class), row.get(2, Long.class), row.get(3, Boolean.class));
    }

    /**
     * How many rows are members, including those without an id. Bound when the query is sent.
     *
     * @return a number
     * @throws IllegalStateException if the set is not {@link #counted}
     */
    public Field<Long> rows() {
        checkCounted();
        return new Bound<>(SQLDataType.BIGINT, contents -> inline(contents.rows()));
    }

    /**
     * Whether all members have distinct ids. Bound when the query is sent, so that PostgreSQL plans only the branch of
     * a {@code CASE} that it runs.
     *
     * @return true or false
     * @throws IllegalStateException if the set is not {@link #counted}
     */
    public Condition isDistinct() {
        checkCounted();
        return condition(new Bound<>(SQLDataType.BOOLEAN, contents -> inline(contents.isDistinct())));
    }

    private void checkCounted() {
        if (!isCounted) {
            throw new IllegalStateException("the set '" + name + "' is not counted: define it with counted()");
        }
    }

    /**
     * An expression that asks the engine for the set when rendered, so the engine knows which statements use the set.
     */
    private final class Bound<T> extends CustomField<T> {
        private static final long serialVersionUID = 1L;

        private final transient Function<Contents, Field<T>> value;

        Bound(DataType<T> type, Function<Contents, Field<T>> value) {
            super(name, type);
            this.value = value;
        }

        @Override
        @SuppressWarnings("unchecked")
        public void accept(Context<?> context) {
            Object sets = context.configuration().data(IdSet.class);
            // Outside the engine, for example in toString(), the set is empty.
            context.visit(
                    value.apply(sets == null ? Contents.EMPTY : ((Function<IdSet, Contents>) sets).apply(IdSet.this)));
        }
    }

    /** Packs 64 ids into a word. Materialized, because PostgreSQL would otherwise sort all rows to order the words. */
    private static CommonTableExpression<Record3<Integer, Long, Long>> words(
            Field<Integer> id, Table<?> table, Condition members) {
        Field<Integer> word = shr(id, inline(WORD_SHIFT));
        Field<Long> one = cast(inline(1L), SQLDataType.BIGINT);
        return DSL.name(WORDS.getName())
                .fields(WORD.getName(), IDS.getName(), ROWS.getName())
                .asMaterialized(
                        DSL.select(word, bitOrAgg(shl(one, bitPosition(id))), count().coerce(SQLDataType.BIGINT))
                                .from(table)
                                .where(members)
                                .groupBy(word));
    }

    /** The bit position within a word. The first bit of a bit string is the highest bit of a number. */
    private static Field<Integer> bitPosition(Field<Integer> id) {
        return inline(WORD_BITS - 1).minus(bitAnd(id, inline(WORD_BITS - 1)));
    }

    /**
     * Counts the ids of a word by its digits. PostgreSQL 13 has no function for it; jOOQ's counts the sign bit as -1.
     */
    private static Field<Integer> size() {
        Field<?> bits = function(DSL.name("bit"), SQLDataType.OTHER, IDS, inline(WORD_BITS));
        return octetLength(replace(cast(bits, SQLDataType.VARCHAR), inline("0")));
    }

    /** All words in order as a bit string, with zeros for missing words. */
    private static Select<Record1<String>> bitsText() {
        Field<Integer> step = field(DSL.name("step"), SQLDataType.INTEGER);
        Table<?> inOrder = DSL.select(
                        WORD,
                        IDS,
                        WORD.minus(lag(WORD, 1, inline(-1)).over(orderBy(WORD))).as(step))
                .from(WORDS)
                .where(WORD.isNotNull())
                .orderBy(WORD)
                .asTable("in_order");
        Field<String> padded = lpad(toHex(IDS), step.mul(inline(HEX_DIGITS)), inline("0"));
        Field<byte[]> bytes = when(step.eq(inline(1)), function(DSL.name("int8send"), SQLDataType.BLOB, IDS))
                .otherwise(function(DSL.name("decode"), SQLDataType.BLOB, padded, inline("hex")));
        Field<byte[]> all = aggregate(DSL.name("string_agg"), SQLDataType.BLOB, bytes, inline(new byte[0]));
        Field<String> hex = function(DSL.name("encode"), SQLDataType.VARCHAR, all, inline("hex"));
        return DSL.select(concat(inline("x"), coalesce(hex, inline("")))).from(inOrder);
    }

    /** The ids in order, as an array. */
    private static Select<Record1<String>> listedText() {
        Field<Integer> bit = field(DSL.name("bit"), SQLDataType.INTEGER);
        Field<Integer> id = shl(WORD, inline(WORD_SHIFT)).plus(bit);
        return DSL.select(cast(arrayAgg(id).orderBy(id), SQLDataType.CLOB))
                .from(WORDS)
                .crossJoin(generateSeries(0, WORD_BITS - 1).as(DSL.name("bits"), DSL.name("bit")))
                .where(bitAnd(shr(IDS, bitPosition(bit)), inline(1L)).eq(inline(1L)));
    }

    /**
     * Whether an id is in the set.
     *
     * @param id a column; NULL is not in any set
     * @return true; or false or unknown if it is not
     */
    public Condition contains(Field<Integer> id) {
        return mark(id).eq(inline(1));
    }

    /**
     * Whether an id is not in the set.
     *
     * @param id a column; NULL is not in any set
     * @return true or false
     */
    public Condition doesNotContain(Field<Integer> id) {
        return mark(id).isDistinctFrom(inline(1));
    }

    /** Returns 1 for an id that is in the set, and 0 or NULL for others. */
    private Field<Integer> mark(Field<Integer> id) {
        return new Bound<>(
                SQLDataType.INTEGER, contents -> contents.bits() == LISTED ? listed(id) : bit(id, contents.bits()));
    }

    /**
     * The CASE keeps ids outside the bit string away from {@code get_bit}, which would fail. The cast to {@code oid}
     * makes negative ids large, so one comparison is enough; over millions of rows a second one would be noticeable.
     * Calling a type's name like a function is a cast; jOOQ knows neither {@code oid} nor {@code varbit}.
     */
    private Field<Integer> bit(Field<Integer> id, int bits) {
        Field<Long> unsigned = function(DSL.name("oid"), SQLDataType.BIGINT, id);
        Field<?> set = evaluatedOnce(function(DSL.name("varbit"), SQLDataType.OTHER, setting()));
        return when(unsigned.lt(inline((long) bits)), function(DSL.name("get_bit"), SQLDataType.INTEGER, set, id));
    }

    /**
     * Does a binary search in the list. PostgreSQL would hash a subquery only if it could estimate the number of
     * lookups, which it cannot in the filter of an aggregate.
     */
    private Field<Integer> listed(Field<Integer> id) {
        Field<Integer[]> list = evaluatedOnce(cast(setting(), SQLDataType.INTEGER.array()));
        Field<Integer> position = function(DSL.name("width_bucket"), SQLDataType.INTEGER, id, list);
        return when(arrayGet(list, position).eq(id), inline(1));
    }

    private Field<String> setting() {
        return function(DSL.name("current_setting"), SQLDataType.VARCHAR, inline(setting(name)));
    }

    /** Wraps the value in a subquery, so that PostgreSQL evaluates it once and not for each row. */
    private static <T> Field<T> evaluatedOnce(Field<T> value) {
        return field(DSL.select(value));
    }
}
