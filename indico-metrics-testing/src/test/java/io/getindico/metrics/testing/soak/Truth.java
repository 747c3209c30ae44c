package io.getindico.metrics.testing.soak;

import static org.assertj.core.api.Assertions.assertThat;

import io.getindico.metrics.testing.engine.Exposition;

/** The conditions for every scrape: it reports nothing that was not true. */
record Truth(Stage stage) {
    private static final double FRESH_SECONDS = 15;

    void check(Exposition scrape) {
        double now = stage.clock.epochSeconds();
        if (scrape.isUp()) {
            assertThat(stage.reachable.held(true, now - FRESH_SECONDS, now))
                    .as("up, so it was reached within 15 s; reachable: %s, now %s", stage.reachable, now)
                    .isTrue();
            assertThat(scrape.databaseErrors().replace("conflict", "")).isEmpty();
        }
        Stage.READERS.forEach(reader -> check(scrape, reader, now));
        Double users = scrape.value("test_users");
        assertThat(users == null || users == 1).as("users: %s", users).isTrue();
    }

    private void check(Exposition scrape, String reader, double now) {
        Double value = scrape.value("test_" + reader);
        double read = of(scrape, "last_success_timestamp", reader);
        double tried = of(scrape, "last_attempt_timestamp", reader);
        Double success = scrape.success(reader);
        if (value != null) {
            assertThat(read).as("%s has a value, so it was read", reader).isNotNaN();
            double ttl = of(scrape, "ttl", reader);
            assertThat(now - read).as("age of %s", reader).isLessThanOrEqualTo(2 * ttl + Stage.BUDGET.toSeconds());
            assertThat(stage.news.held(value.intValue(), read, now))
                    .as("%s: %s, read at %s, now %s, and true was %s", reader, value, read, now, stage.news)
                    .isTrue();
        }
        if (success != null && success == 1) {
            assertThat(read).as("%s succeeded with its last attempt", reader).isEqualTo(tried);
            assertThat(stage.reachable.held(true, tried, now))
                    .as("%s succeeded, so it was reached; reachable: %s, tried %s", reader, stage.reachable, tried)
                    .isTrue();
            assertThat(stage.granted.held(true, tried, now))
                    .as("%s had the right", reader)
                    .isTrue();
        }
        if (success != null && success == 0 && !Double.isNaN(read)) {
            assertThat(read).as("%s failed after it had succeeded", reader).isLessThanOrEqualTo(tried);
        }
        if (scrape.skipped(reader, "privilege_missing") != null) {
            assertThat(stage.granted.held(false, tried, now))
                    .as("%s had not the right", reader)
                    .isTrue();
            assertThat(value).as("skipped").isNull();
        }
        assertThat(scrape.skipped(reader, "table_missing")).isNull();
    }

    private static double of(Exposition scrape, String what, String reader) {
        Double value = scrape.value("indico_collector_" + what + "_seconds{collector=\"" + reader + "\"}");
        return value == null ? Double.NaN : value;
    }
}
