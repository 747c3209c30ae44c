package io.getindico.metrics.api.engine;

import io.getindico.metrics.api.CollectionContext;
import io.getindico.metrics.api.CollectorSetting;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.Map;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jooq.Context;
import org.jooq.DataType;
import org.jooq.Field;
import org.jooq.impl.CustomField;
import org.jooq.impl.DSL;
import org.jooq.impl.SQLDataType;

/** The context of one collector's queries in one refresh. */
record QueryContext(Instant now, Map<CollectorSetting<?>, Object> settings) implements CollectionContext {
    @Override
    public Field<LocalDateTime> localNow() {
        return new OfZone<>("local_now", SQLDataType.LOCALDATETIME, zone -> LocalDateTime.ofInstant(now, zone));
    }

    @Override
    public Field<String> zone() {
        return new OfZone<>("zone", SQLDataType.VARCHAR, QueryContext::nameForPostgres);
    }

    /** PostgreSQL interprets the sign of a bare offset the other way round. */
    private static String nameForPostgres(ZoneId zone) {
        if (!(zone.normalized() instanceof ZoneOffset offset)) {
            return zone.getId();
        }
        ZoneOffset turned = ZoneOffset.ofTotalSeconds(-offset.getTotalSeconds());
        return offset.getTotalSeconds() == 0 ? "UTC" : "<" + offset + ">" + turned;
    }

    @Override
    @SuppressWarnings("unchecked")
    public <T> T setting(CollectorSetting<T> setting) {
        Object value = settings.get(setting);
        if (value == null) {
            throw new IllegalArgumentException(
                    "the setting '" + setting.key() + "' is not among the collector's settings()");
        }
        return (T) value;
    }

    /** Asks for the zone when it is rendered. This tells the engine which queries need it. */
    private static final class OfZone<T> extends CustomField<T> {
        private static final long serialVersionUID = 1L;

        private final transient Function<ZoneId, T> value;

        OfZone(String name, DataType<T> type, Function<ZoneId, T> value) {
            super(DSL.name(name), type);
            this.value = value;
        }

        @Override
        @SuppressWarnings("unchecked")
        public void accept(Context<?> context) {
            Object zone = context.configuration().data(ZoneId.class);
            // Outside the engine, for example in toString(), there is no zone.
            ZoneId bound = zone == null ? ZoneOffset.UTC : ((Supplier<ZoneId>) zone).get();
            context.visit(DSL.val(value.apply(bound), getDataType()));
        }
    }
}
