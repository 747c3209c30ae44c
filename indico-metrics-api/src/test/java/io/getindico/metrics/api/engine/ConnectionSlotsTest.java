package io.getindico.metrics.api.engine;

import static org.assertj.core.api.Assertions.assertThat;

import java.sql.Connection;
import java.time.Duration;
import java.util.Objects;
import org.junit.jupiter.api.Test;

class ConnectionSlotsTest {
    private final ManualTime time = new ManualTime();
    private final ConnectionSlots slots = new ConnectionSlots(1, time.source());
    private final RunControl control = new RunControl();

    /** In the middle of a login. */
    private ConnectionSlots.Slot acquireAndConnect() {
        ConnectionSlots.Slot slot = acquire();
        control.connecting(time.now());
        return slot;
    }

    private ConnectionSlots.Slot acquire() {
        return Objects.requireNonNull(slots.acquire(control, Duration.ZERO));
    }

    private void assertTaken() {
        assertThat(slots.acquire(new RunControl(), Duration.ofMillis(1))).isNull();
    }

    @Test
    void limitsTheConnectionsInUse() {
        ConnectionSlots.Slot slot = acquire();
        assertTaken();
        slot.release();
        slot.release();
        acquire();
        assertTaken();
    }

    @Test
    void aHangingLoginReleasesItsSlotAfterTheLongestLogin() {
        ConnectionSlots.Slot hanging = acquireAndConnect();
        time.advance(ConnectionSlots.LONGEST_LOGIN.minusNanos(1));
        assertTaken();
        time.advance(Duration.ofNanos(1));
        assertThat(slots.acquire(new RunControl(), Duration.ZERO)).isNotNull();
        hanging.release();
        assertTaken();
    }

    @Test
    void aRunKeepsItsSlotBetweenTwoConnections() {
        acquireAndConnect();
        control.connectingEnded();
        control.connected(Fake.of(Connection.class).self());
        time.advance(Duration.ofHours(1));
        assertTaken();
        control.disconnected();
        assertTaken();
        control.connecting(time.now());
        time.advance(ConnectionSlots.LONGEST_LOGIN.minusNanos(1));
        assertTaken();
    }

    @Test
    void anInterruptedThreadGetsNone() {
        acquire();
        Thread.currentThread().interrupt();
        assertThat(slots.acquire(control, Duration.ofMinutes(1))).isNull();
        assertThat(Thread.interrupted()).isTrue();
    }
}
