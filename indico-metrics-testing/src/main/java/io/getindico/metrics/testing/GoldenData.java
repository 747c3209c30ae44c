package io.getindico.metrics.testing;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.getindico.metrics.jooq.IndicoRelease;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The rows of a small, invented Indico with a few hundred events, including rows exactly on the boundaries of metrics,
 * and the values that Indico's own code computed from them.
 *
 * @since 0.1.0
 */
public final class GoldenData {
    private static final String PUBLISHED = "golden";
    private static final long SECONDS_PER_HOUR = 3600;

    private final String folder;
    private final IndicoRelease release;

    /**
     * Creates golden data from unpublished rows.
     *
     * @param folder a folder in this package's resources, with a subfolder for each release
     */
    GoldenData(String folder, IndicoRelease release) {
        this.folder = folder;
        this.release = release;
    }

    /**
     * The releases that golden rows exist for.
     *
     * @return oldest first
     */
    public static List<IndicoRelease> releases() {
        return Arrays.stream(IndicoRelease.values())
                .filter(release -> resource(PUBLISHED, release, "expected.json") != null)
                .toList();
    }

    /**
     * The rows of one release.
     *
     * @param release one of {@link #releases}
     * @return the rows and their metrics
     * @throws IllegalArgumentException if there are no rows for this release
     */
    public static GoldenData of(IndicoRelease release) {
        if (!releases().contains(release)) {
            throw new IllegalArgumentException("no golden rows for " + release + ", only for " + releases());
        }
        return new GoldenData(PUBLISHED, release);
    }

    /**
     * The release whose tables the rows fit.
     *
     * @return one of {@link #releases}
     */
    public IndicoRelease release() {
        return release;
    }

    /**
     * Inserts the rows into an empty database. Needs a superuser, because foreign keys form cycles and are disabled
     * while the rows are inserted.
     *
     * @param database an empty database of this release
     * @throws IllegalArgumentException if the database is of another release
     */
    public void loadInto(IndicoDatabase database) {
        if (database.release() != release) {
            throw new IllegalArgumentException(
                    "rows of " + release + " do not fit a database of " + database.release());
        }
        CsvLoader.load(database, table -> resource(folder, release, table + ".csv"));
    }

    /**
     * The metrics of the rows.
     *
     * @return one case for each instant, zone and age that was computed
     */
    public List<GoldenCase> cases() {
        List<GoldenCase> cases = new ArrayList<>();
        json("expected.json").forEach(node -> cases.add(goldenCase(node)));
        return cases;
    }

    @Override
    public String toString() {
        return "golden rows of " + release;
    }

    private static GoldenCase goldenCase(JsonNode node) {
        SortedMap<String, Double> values = new TreeMap<>();
        node.get("values")
                .properties()
                .forEach(value -> values.put(value.getKey(), value.getValue().doubleValue()));
        return new GoldenCase(
                Instant.parse(node.get("now").textValue()),
                ZoneId.of(node.get("zone").textValue()),
                Duration.ofSeconds(Math.round(node.get("active_user_age_hours").doubleValue() * SECONDS_PER_HOUR)),
                Collections.unmodifiableSortedMap(values));
    }

    JsonNode json(String name) {
        try (InputStream in = resource(folder, release, name)) {
            return new ObjectMapper().readTree(in);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static @Nullable InputStream resource(String folder, IndicoRelease release, String name) {
        return GoldenData.class.getResourceAsStream("%s/indico-%s/%s".formatted(folder, release.version(), name));
    }
}
