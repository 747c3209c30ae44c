package io.getindico.metrics.collectors.mutation;

import io.getindico.metrics.jooq.enums.LinkType;
import java.util.Arrays;
import java.util.List;

/** The constants of the enums that conditions compare with. */
final class Constants {
    private Constants() {}

    static List<String> of(String type) {
        try {
            Class<?> enumeration = Class.forName(LinkType.class.getPackageName() + "." + type);
            return Arrays.stream(enumeration.getEnumConstants())
                    .map(constant -> ((Enum<?>) constant).name())
                    .toList();
        } catch (ClassNotFoundException e) {
            throw new IllegalStateException(e);
        }
    }
}
