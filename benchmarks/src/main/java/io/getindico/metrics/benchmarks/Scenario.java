package io.getindico.metrics.benchmarks;

import io.getindico.metrics.benchmarks.Dataset.Variant;
import java.util.List;

/**
 * The database and the settings under which all contenders are measured.
 *
 * @param name the name on the command line
 * @param title the title in the report
 * @param dataset the database
 * @param conditions the settings of the server
 */
record Scenario(String name, String title, Dataset dataset, Conditions conditions) {
    static final String BASE = "base";

    /** Whether each collector is also measured alone, which takes long. */
    boolean inParts() {
        return conditions.equals(Conditions.DEFAULT) && dataset.variant() == Variant.VACUUMED;
    }

    /** Returns all scenarios. The report describes each one by how it differs from the first. */
    static List<Scenario> all(Dataset large) {
        Conditions usual = Conditions.DEFAULT;
        return List.of(
                new Scenario(BASE, "4 MB, no workers, warm", large, usual),
                new Scenario("tenth", "a tenth of the rows", large.part(10), usual),
                new Scenario("hundredth", "a hundredth of the rows", large.part(100), usual),
                new Scenario("work-mem", "`work_mem` 64 MB", large, new Conditions("64MB", 0, 4, false)),
                new Scenario("workers", "2 workers", large, new Conditions("4MB", 2, 4, false)),
                new Scenario(
                        "workers-work-mem", "2 workers, `work_mem` 64 MB", large, new Conditions("64MB", 2, 4, false)),
                new Scenario("random-page-cost", "`random_page_cost` 1.1", large, new Conditions("4MB", 0, 1.1, false)),
                new Scenario("cold", "cold caches", large, new Conditions("4MB", 0, 4, true)),
                new Scenario("never-analysed", "never analysed", large.with(Variant.NEVER_ANALYSED), usual),
                new Scenario("shuffled", "children anywhere", large.with(Variant.SHUFFLED), usual));
    }
}
