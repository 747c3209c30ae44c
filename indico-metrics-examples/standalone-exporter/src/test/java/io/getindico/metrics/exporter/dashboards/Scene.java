package io.getindico.metrics.exporter.dashboards;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.getindico.metrics.exporter.TestDatabase;
import io.getindico.metrics.testing.SyntheticIndico;
import java.io.IOException;
import java.io.InputStream;
import java.time.Instant;
import java.util.Locale;
import java.util.Objects;

/** An Indico that the boards show. */
enum Scene {
    BUSY("full", true, ""),
    FRESH("default", false, ""),
    BARE("default", true, """
            DROP SCHEMA plugin_livesync CASCADE;
            SET session_replication_role = replica;
            DELETE FROM roombooking.reservation_occurrences;
            DELETE FROM roombooking.reservations;
            DELETE FROM roombooking.rooms;
            DELETE FROM roombooking.locations;
            UPDATE event_registration.registrations SET transaction_id = NULL;
            DELETE FROM events.payment_transactions;
            DELETE FROM events.vc_room_events;
            DELETE FROM events.vc_rooms;
            DELETE FROM events.requests"""),
    COMPATIBLE("compatible", true, "");

    final String profile;

    /** Whether it has data. */
    final boolean isUsed;

    private final String changes;

    Scene(String profile, boolean isUsed, String changes) {
        this.profile = profile;
        this.isUsed = isUsed;
        this.changes = changes;
    }

    String label() {
        return name().toLowerCase(Locale.ROOT);
    }

    /**
     * Fills an empty database.
     *
     * @param size the size of the synthetic Indico
     */
    void fill(TestDatabase database, double size) throws IOException {
        if (isUsed) {
            SyntheticIndico.of(size).now(Instant.now()).fill(database.indico().dataSource());
            database.execute("SET TIME ZONE 'UTC'; " + busy());
        }
        if (!changes.isEmpty()) {
            database.execute(changes);
        }
    }

    private static String busy() throws IOException {
        try (InputStream in = Scene.class.getResourceAsStream("busy.sql")) {
            return new String(Objects.requireNonNull(in).readAllBytes(), UTF_8);
        }
    }
}
