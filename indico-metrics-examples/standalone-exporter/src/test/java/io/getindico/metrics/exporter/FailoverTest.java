package io.getindico.metrics.exporter;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** A database URL with two hosts, the first of which goes down. */
@Tag("slow")
class FailoverTest {
    private final TestDatabase database = new TestDatabase();
    private Relay first;
    private Relay second;

    @BeforeEach
    void twoHosts() throws IOException {
        first = Relay.to(database.indico().jdbcUrl());
        second = Relay.to(database.indico().jdbcUrl());
    }

    @AfterEach
    void close() throws IOException {
        first.close();
        second.close();
        database.close();
    }

    private Exporter exporter(int firstPort) {
        String url = "jdbc:postgresql://127.0.0.1:%d,127.0.0.1:%d/%s"
                .formatted(firstPort, second.port(), database.indico().name());
        return Exporter.start(database.settings("database.url", url, "ttl.live", "1s"));
    }

    @Test
    void theSecondServesWhenTheFirstRefuses() throws Exception {
        try (Exporter exporter = exporter(first.port())) {
            awaitReading(exporter);
            assertThat(second.accepted()).isZero();
            first.goAway();
            Waiting.until("the second host is asked", () -> {
                Answer.get(exporter.uri());
                return second.accepted() > 0;
            });
            awaitReading(exporter);
        }
    }

    @Test
    void theSecondServesWhenTheFirstNeverAnswers() throws Exception {
        try (Relay silent = Relay.silent();
                Exporter exporter = exporter(silent.port())) {
            awaitReading(exporter);
            assertThat(second.accepted()).isPositive();
        }
    }

    private static void awaitReading(Exporter exporter) throws Exception {
        Waiting.until("values are read", () -> {
            Answer answer = Answer.get(exporter.uri());
            return Double.valueOf(1).equals(answer.value("indico_up"))
                    && Double.valueOf(1).equals(answer.value("indico_collector_success{collector=\"active_events\"}"));
        });
    }
}
