package io.getindico.metrics.collectors.mutation;

import io.getindico.metrics.jooq.enums.LinkType;
import java.util.Arrays;
import java.util.List;

/** The constants of Indico's enums, which conditions compare with. */
final class Constants {
    private Constants() {}

    /** Returns the constants of an enum by its simple name, or none where Indico has no such enum. */
    static List<String> of(String type) {
        try {
            Class<?> enumeration = Class.forName(LinkType.class.getPackageName() + "." + type);
            return Arrays.stream(enumeration.getEnumConstants())
                    .map(constant -> ((Enum<?>) constant).name())
                    .toList();
        } catch (ClassNotFoundException e) {
            return List.of();
        }
    }
}
