package io.getindico.metrics.collectors.liveness;

import static io.getindico.metrics.api.RowCounts.countRows;
import static org.jooq.impl.DSL.arrayGet;
import static org.jooq.impl.DSL.bitAnd;
import static org.jooq.impl.DSL.bitOrAgg;
import static org.jooq.impl.DSL.cast;
import static org.jooq.impl.DSL.field;
import static org.jooq.impl.DSL.function;
import static org.jooq.impl.DSL.inline;
import static org.jooq.impl.DSL.length;
import static org.jooq.impl.DSL.name;
import static org.jooq.impl.DSL.select;
import static org.jooq.impl.DSL.shl;
import static org.jooq.impl.DSL.shr;
import static org.jooq.impl.DSL.when;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.HexFormat;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.jooq.Condition;
import org.jooq.Cursor;
import org.jooq.DSLContext;
import org.jooq.DataType;
import org.jooq.Field;
import org.jooq.Record3;
import org.jooq.Table;
import org.jooq.impl.SQLDataType;
import org.jspecify.annotations.Nullable;

/**
 * A set of ids that later statements of the same transaction can ask, a bit for each id: where joins of tables of
 * millions of rows depend on memory, statistics and luck, a look at a bit does not.
 *
 * <p>The set lies in a setting of the transaction, {@code indico_metrics.NAME}. As a literal it would stand in each
 * statement, some hundred kilobytes long, and in the server's log of slow ones.
 */
public final class IdSet {
    /** How many statements {@link #read} sends. */
    public static final int STATEMENTS = 2;

    /**
     * 4 MiB of bits, and a dozen times that while the statement is made of them. Where ids go beyond, which takes 33
     * million rows or a jump in a sequence, they are listed.
     */
    private static final int MAX_BITS = 1 << 25;

    private static final int FETCH_SIZE = 4096;
    private static final int WORD_SHIFT = 6;
    private static final int WORD_MASK = 63;

    private final String setting;
    private final long rows;
    private final long rowsWithId;
    private final long size;
    private final int bits;

    private IdSet(String setting, long rows, long rowsWithId, long size, int bits) {
        this.setting = setting;
        this.rows = rows;
        this.rowsWithId = rowsWithId;
        this.size = size;
        this.bits = bits;
    }

    /**
     * Reads the set, in one pass over the table.
     *
     * @param dsl the transaction
     * @param name tells this set from others of the transaction; a part of the setting's name
     * @param id the column that gives the ids
     * @param table where it stands
     * @param members which rows
     * @return the set
     */
    public static IdSet read(DSLContext dsl, String name, Field<Integer> id, Table<?> table, Condition members) {
        return read(dsl, name, id, table, members, MAX_BITS);
    }

    static IdSet read(DSLContext dsl, String name, Field<Integer> id, Table<?> table, Condition members, int maxBits) {
        Field<Integer> word = shr(id, inline(WORD_SHIFT));
        Field<Long> one = cast(inline(1L), SQLDataType.BIGINT);
        Words words = new Words(maxBits);
        // Row by row: at CERN's size there are 65,000, of which nothing is kept but the bits.
        try (Cursor<Record3<Integer, Long, Long>> rows = dsl.select(
                        word, bitOrAgg(shl(one, bitAnd(id, inline(WORD_MASK)))), countRows())
                .from(table)
                .where(members)
                .groupBy(word)
                .fetchSize(FETCH_SIZE)
                .fetchLazy()) {
            rows.forEach(words::add);
        }
        Content content = words.content();
        String setting = "indico_metrics." + name;
        // Its length, since the value need not come back.
        dsl.select(length(function(
                        name("set_config"),
                        SQLDataType.VARCHAR,
                        inline(setting),
                        inline(content.text()),
                        inline(true))))
                .fetch();
        return new IdSet(setting, words.rows, words.rowsWithId, content.size(), content.bits());
    }

    /**
     * How many rows were members, those without an id included.
     *
     * @return a count of rows, not of ids
     */
    public long rows() {
        return rows;
    }

    /**
     * Whether no two rows had the same id.
     *
     * @return true where each id stands for one row
     */
    public boolean isDistinct() {
        return rowsWithId == size;
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
        return bits < 0 ? listed(id) : bit(id);
    }

    /** The case keeps {@code get_bit} from ids beyond the last bit, where it fails. */
    private Field<Integer> bit(Field<Integer> id) {
        Field<byte[]> set = setting(SQLDataType.BLOB);
        return when(id.ge(inline(0)).and(id.lt(inline(bits))), function(name("get_bit"), SQLDataType.INTEGER, set, id));
    }

    /**
     * Searches the list by halves. Of a subquery PostgreSQL makes a hash table only where it sees how often it will be
     * asked, which it does not see in the filter of an aggregate.
     */
    private Field<Integer> listed(Field<Integer> id) {
        Field<Integer[]> list = setting(SQLDataType.INTEGER.array());
        Field<Integer> place = function(name("width_bucket"), SQLDataType.INTEGER, id, list);
        return when(arrayGet(list, place).eq(id), inline(1));
    }

    /** As a subquery it is read and parsed once, and not for each row. */
    private <T> Field<T> setting(DataType<T> type) {
        return field(select(cast(function(name("current_setting"), SQLDataType.VARCHAR, inline(setting)), type)));
    }

    /** The set as PostgreSQL reads it: bits as {@code bytea}, or, with {@code bits} -1, sorted ids as an array. */
    private record Content(String text, long size, int bits) {}

    /** The ids, 64 to a word. */
    private static final class Words {
        private final int maxWords;
        private final SortedMap<Integer, Long> beyond = new TreeMap<>();
        private long[] bits = new long[0];
        private long rows;
        private long rowsWithId;

        Words(int maxBits) {
            this.maxWords = maxBits >> WORD_SHIFT;
        }

        void add(Record3<@Nullable Integer, @Nullable Long, Long> row) {
            rows += row.value3();
            Integer word = row.value1();
            Long ids = row.value2();
            if (word != null && ids != null) {
                rowsWithId += row.value3();
                add(word, ids);
            }
        }

        private void add(int word, long ids) {
            if (word < 0 || word >= maxWords) {
                beyond.put(word, ids);
                return;
            }
            if (word >= bits.length) {
                bits = Arrays.copyOf(bits, Math.max(word + 1, Math.min(2 * bits.length, maxWords)));
            }
            bits[word] = ids;
        }

        Content content() {
            return beyond.isEmpty() ? bits() : list();
        }

        private Content bits() {
            BitSet set = BitSet.valueOf(bits);
            byte[] bytes = set.toByteArray();
            return new Content("\\x" + HexFormat.of().formatHex(bytes), set.cardinality(), bytes.length * Byte.SIZE);
        }

        private Content list() {
            for (int word = 0; word < bits.length; word++) {
                beyond.put(word, bits[word]);
            }
            List<Integer> ids = new ArrayList<>();
            beyond.forEach((word, of) ->
                    BitSet.valueOf(new long[] {of}).stream().forEach(bit -> ids.add((word << WORD_SHIFT) + bit)));
            String text = ids.stream().map(String::valueOf).collect(Collectors.joining(",", "{", "}"));
            return new Content(text, ids.size(), -1);
        }
    }
}
