package io.getindico.metrics.collectors.liveness;

import static io.getindico.metrics.api.RowCounts.countRows;
import static org.jooq.impl.DSL.aggregate;
import static org.jooq.impl.DSL.arrayAgg;
import static org.jooq.impl.DSL.arrayGet;
import static org.jooq.impl.DSL.bitAnd;
import static org.jooq.impl.DSL.bitOrAgg;
import static org.jooq.impl.DSL.boolAnd;
import static org.jooq.impl.DSL.cast;
import static org.jooq.impl.DSL.coalesce;
import static org.jooq.impl.DSL.concat;
import static org.jooq.impl.DSL.field;
import static org.jooq.impl.DSL.function;
import static org.jooq.impl.DSL.generateSeries;
import static org.jooq.impl.DSL.inline;
import static org.jooq.impl.DSL.lag;
import static org.jooq.impl.DSL.length;
import static org.jooq.impl.DSL.lpad;
import static org.jooq.impl.DSL.max;
import static org.jooq.impl.DSL.min;
import static org.jooq.impl.DSL.name;
import static org.jooq.impl.DSL.octetLength;
import static org.jooq.impl.DSL.orderBy;
import static org.jooq.impl.DSL.replace;
import static org.jooq.impl.DSL.select;
import static org.jooq.impl.DSL.shl;
import static org.jooq.impl.DSL.shr;
import static org.jooq.impl.DSL.sum;
import static org.jooq.impl.DSL.table;
import static org.jooq.impl.DSL.toHex;
import static org.jooq.impl.DSL.when;

import org.jooq.CommonTableExpression;
import org.jooq.Condition;
import org.jooq.DSLContext;
import org.jooq.Field;
import org.jooq.Record;
import org.jooq.Record1;
import org.jooq.Record3;
import org.jooq.Select;
import org.jooq.Table;
import org.jooq.impl.SQLDataType;

/**
 * A set of ids that later statements of the same transaction can ask, a bit for each id: where joins of tables of
 * millions of rows depend on memory, statistics and luck, a look at a bit does not.
 *
 * <p>The set lies in a setting of the transaction, {@code indico_metrics.NAME}. As a literal it would stand in each
 * statement, some hundred kilobytes long, and in the server's log of slow ones. One statement makes it, of which the ids
 * never leave the server.
 *
 * @since 0.1.0
 */
public final class IdSet {
    /** 4 MiB of bits. Where ids go beyond, which takes 33 million rows or a jump in a sequence, they are listed. */
    private static final int MAX_BITS = 1 << 25;

    private static final int WORD_SHIFT = 6;
    private static final int WORD_BITS = 1 << WORD_SHIFT;
    private static final int HEX_DIGITS = WORD_BITS / 4;
    private static final int LISTED = -1;

    private static final Table<Record> WORDS = table(name("words"));
    private static final Field<Integer> WORD = field(name("word"), SQLDataType.INTEGER);
    private static final Field<Long> IDS = field(name("ids"), SQLDataType.BIGINT);
    private static final Field<Long> ROWS = field(name("rows"), SQLDataType.BIGINT);

    private final String setting;
    private final int bits;

    private IdSet(String setting, int bits) {
        this.setting = setting;
        this.bits = bits;
    }

    /**
     * A set and the rows that it was read from.
     *
     * @param ids the set
     * @param rows how many rows were members, those without an id included
     * @param isDistinct whether no two of them had the same id
     */
    public record Counted(IdSet ids, long rows, boolean isDistinct) {}

    /**
     * Reads the set, by one statement and in one pass over the table.
     *
     * @param dsl the transaction
     * @param name tells this set from others of the transaction; a part of the setting's name
     * @param id the column that gives the ids
     * @param table where it stands
     * @param members which rows
     * @return the set
     */
    public static IdSet read(DSLContext dsl, String name, Field<Integer> id, Table<?> table, Condition members) {
        return read(dsl, name, words(id, table, members), MAX_BITS, inline(true))
                .ids();
    }

    /**
     * Reads the set as {@link #read} does, and counts the rows, which takes a little longer.
     *
     * @param dsl the transaction
     * @param name tells this set from others of the transaction; a part of the setting's name
     * @param id the column that gives the ids
     * @param table where it stands
     * @param members which rows
     * @return the set with its counts
     */
    public static Counted readCounted(
            DSLContext dsl, String name, Field<Integer> id, Table<?> table, Condition members) {
        return readCounted(dsl, name, id, table, members, MAX_BITS);
    }

    static Counted readCounted(
            DSLContext dsl, String name, Field<Integer> id, Table<?> table, Condition members, int maxBits) {
        Condition isDistinct = ROWS.eq(cast(size(), SQLDataType.BIGINT));
        return read(dsl, name, words(id, table, members), maxBits, coalesce(boolAnd(isDistinct), inline(true)));
    }

    private static Counted read(
            DSLContext dsl, String name, CommonTableExpression<?> words, int maxBits, Field<Boolean> isDistinct) {
        String setting = "indico_metrics." + name;
        Condition isBeyond = min(WORD).lt(inline(0)).or(max(WORD).ge(inline(maxBits >> WORD_SHIFT)));
        Field<String> text = when(isBeyond, field(listedText())).otherwise(field(bitsText()));
        Field<Integer> bits = when(isBeyond, inline(LISTED))
                .otherwise(coalesce(max(WORD).plus(inline(1)).mul(inline(WORD_BITS)), inline(0)));
        var set = dsl.with(words)
                .select(
                        // Its length, since the value need not come back.
                        length(function(name("set_config"), SQLDataType.VARCHAR, inline(setting), text, inline(true))),
                        bits,
                        coalesce(cast(sum(ROWS), SQLDataType.BIGINT), inline(0L)),
                        isDistinct)
                .from(WORDS)
                .fetchSingle();
        return new Counted(new IdSet(setting, set.value2()), set.value3(), set.value4());
    }

    /** 64 ids to a word. Where PostgreSQL may choose, it sorts all rows to have the words in order. */
    private static CommonTableExpression<Record3<Integer, Long, Long>> words(
            Field<Integer> id, Table<?> table, Condition members) {
        Field<Integer> word = shr(id, inline(WORD_SHIFT));
        Field<Long> one = cast(inline(1L), SQLDataType.BIGINT);
        return name(WORDS.getName())
                .fields(WORD.getName(), IDS.getName(), ROWS.getName())
                .asMaterialized(select(word, bitOrAgg(shl(one, place(id))), countRows())
                        .from(table)
                        .where(members)
                        .groupBy(word));
    }

    /** Which bit of its word: the first bit of a bit string is the highest of a number. */
    private static Field<Integer> place(Field<Integer> id) {
        return inline(WORD_BITS - 1).minus(bitAnd(id, inline(WORD_BITS - 1)));
    }

    /** How many ids a word has, by its digits; PostgreSQL 13 has no function for it, and jOOQ's takes a sign for -1. */
    private static Field<Integer> size() {
        Field<?> bits = function(name("bit"), SQLDataType.OTHER, IDS, inline(WORD_BITS));
        return octetLength(replace(cast(bits, SQLDataType.VARCHAR), inline("0")));
    }

    /** All words one after the other, as a bit string; where some are missing, zeros. */
    private static Select<Record1<String>> bitsText() {
        Field<Integer> step = field(name("step"), SQLDataType.INTEGER);
        Table<?> inOrder = select(
                        WORD,
                        IDS,
                        WORD.minus(lag(WORD, 1, inline(-1)).over(orderBy(WORD))).as(step))
                .from(WORDS)
                .where(WORD.isNotNull())
                .orderBy(WORD)
                .asTable("in_order");
        Field<String> padded = lpad(toHex(IDS), step.mul(inline(HEX_DIGITS)), inline("0"));
        Field<byte[]> bytes = when(step.eq(inline(1)), function(name("int8send"), SQLDataType.BLOB, IDS))
                .otherwise(function(name("decode"), SQLDataType.BLOB, padded, inline("hex")));
        Field<byte[]> all = aggregate(name("string_agg"), SQLDataType.BLOB, bytes, inline(new byte[0]));
        Field<String> hex = function(name("encode"), SQLDataType.VARCHAR, all, inline("hex"));
        return select(concat(inline("x"), coalesce(hex, inline("")))).from(inOrder);
    }

    /** The ids in order, as an array. */
    private static Select<Record1<String>> listedText() {
        Field<Integer> bit = field(name("bit"), SQLDataType.INTEGER);
        Field<Integer> id = shl(WORD, inline(WORD_SHIFT)).plus(bit);
        return select(cast(arrayAgg(id).orderBy(id), SQLDataType.CLOB))
                .from(WORDS)
                .crossJoin(generateSeries(0, WORD_BITS - 1).as(name("bits"), name("bit")))
                .where(bitAnd(shr(IDS, place(bit)), inline(1L)).eq(inline(1L)));
    }

    /**
     * Whether an id is in the set.
     *
     * @param id a column; NULL is in no set
     * @return true, or false or unknown
     */
    public Condition contains(Field<Integer> id) {
        return mark(id).eq(inline(1));
    }

    /**
     * Whether an id is not in the set.
     *
     * @param id a column; NULL is in no set
     * @return true or false
     */
    public Condition lacks(Field<Integer> id) {
        return mark(id).isDistinctFrom(inline(1));
    }

    /** 1 for an id of the set. */
    private Field<Integer> mark(Field<Integer> id) {
        return bits == LISTED ? listed(id) : bit(id);
    }

    /**
     * The case keeps {@code get_bit} from ids that are not within the bits, where it fails. Of type {@code oid} nothing is
     * below 0, so that one comparison does; at millions of rows the other is felt. The name of a type, called like a
     * function, is a cast; jOOQ knows neither type.
     */
    private Field<Integer> bit(Field<Integer> id) {
        Field<Long> unsigned = function(name("oid"), SQLDataType.BIGINT, id);
        Field<?> set = asked(function(name("varbit"), SQLDataType.OTHER, setting()));
        return when(unsigned.lt(inline((long) bits)), function(name("get_bit"), SQLDataType.INTEGER, set, id));
    }

    /**
     * Searches the list by halves. Of a subquery PostgreSQL makes a hash table only where it sees how often it will be
     * asked, which it does not see in the filter of an aggregate.
     */
    private Field<Integer> listed(Field<Integer> id) {
        Field<Integer[]> list = asked(cast(setting(), SQLDataType.INTEGER.array()));
        Field<Integer> place = function(name("width_bucket"), SQLDataType.INTEGER, id, list);
        return when(arrayGet(list, place).eq(id), inline(1));
    }

    private Field<String> setting() {
        return function(name("current_setting"), SQLDataType.VARCHAR, inline(setting));
    }

    /** As a subquery it is read and parsed once, and not for each row. */
    private static <T> Field<T> asked(Field<T> value) {
        return field(select(value));
    }
}
