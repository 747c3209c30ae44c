package io.getindico.metrics.collectors;

import static org.assertj.core.api.Assertions.assertThat;

import io.getindico.metrics.jooq.IndicoRelease;
import io.getindico.metrics.testing.ExpositionText;
import io.getindico.metrics.testing.GoldenCase;
import io.getindico.metrics.testing.GoldenData;
import io.getindico.metrics.testing.GoldenFile;
import io.getindico.metrics.testing.IndicoDatabase;
import java.io.IOException;
import java.nio.file.Path;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** The values that Indico's own plugin computed, and the text that a scrape gets. */
class GoldenTest {
    private static final Path EXPOSITIONS = Path.of("src/test/resources/io/getindico/metrics/collectors/expositions");

    private static final Map<IndicoRelease, IndicoDatabase> DATABASES = new EnumMap<>(IndicoRelease.class);

    static Stream<Arguments> cases() {
        return GoldenData.releases().stream().flatMap(release -> {
            List<GoldenCase> cases = GoldenData.of(release).cases();
            return IntStream.range(0, cases.size()).mapToObj(i -> Arguments.of(release, i + 1, cases.get(i)));
        });
    }

    @ParameterizedTest
    @MethodSource("cases")
    void everyGaugeIsThePluginsToTheLastUnit(IndicoRelease release, int number, GoldenCase golden) throws IOException {
        Gauges gauges = Gauges.read(database(release).dataSource(), golden, UnaryOperator.identity());
        assertThat(gauges.failures()).isEmpty();
        assertThat(gauges.values()).hasSize(22).isEqualTo(golden.values());
        Path file = EXPOSITIONS
                .resolve("indico-" + release.version())
                .resolve(String.format(Locale.ROOT, "%02d.txt", number));
        GoldenFile.verify(file, ExpositionText.of(gauges.metrics()));
    }

    @AfterAll
    static void close() {
        DATABASES.values().forEach(IndicoDatabase::close);
        DATABASES.clear();
    }

    private static IndicoDatabase database(IndicoRelease release) {
        return DATABASES.computeIfAbsent(release, key -> {
            IndicoDatabase database = IndicoDatabase.create(key);
            GoldenData.of(key).loadInto(database);
            return database;
        });
    }
}
