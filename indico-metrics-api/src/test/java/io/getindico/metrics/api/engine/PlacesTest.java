package io.getindico.metrics.api.engine;

import static org.assertj.core.api.Assertions.assertThat;

import java.sql.Connection;
import java.time.Duration;
import java.util.Objects;
import org.junit.jupiter.api.Test;

class PlacesTest {
    private final ManualTime time = new ManualTime();
    private final Places places = new Places(1, time.source());
    private final RunControl control = new RunControl();

    /** In the middle of a login. */
    private Places.Place takeAndConnect() {
        Places.Place place = take();
        control.connecting(time.now());
        return place;
    }

    private Places.Place take() {
        return Objects.requireNonNull(places.take(control, Duration.ZERO));
    }

    private void assertTaken() {
        assertThat(places.take(new RunControl(), Duration.ofMillis(1))).isNull();
    }

    @Test
    void thereAreNoMoreThanThereAre() {
        Places.Place place = take();
        assertTaken();
        place.release();
        place.release();
        take();
        assertTaken();
    }

    @Test
    void whoHangsLosesItsPlaceWhenTheServerHasGivenUpOnTheLogin() {
        Places.Place hanging = takeAndConnect();
        time.advance(Places.LONGEST_LOGIN.minusNanos(1));
        assertTaken();
        time.advance(Duration.ofNanos(1));
        assertThat(places.take(new RunControl(), Duration.ZERO)).isNotNull();
        hanging.release();
        assertTaken();
    }

    @Test
    void whoIsConnectedKeepsItsPlaceAndBetweenTwoConnectionsToo() {
        takeAndConnect();
        control.connectingEnded();
        control.connected(Fake.of(Connection.class).self());
        time.advance(Duration.ofHours(1));
        assertTaken();
        control.disconnected();
        assertTaken();
        control.connecting(time.now());
        time.advance(Places.LONGEST_LOGIN.minusNanos(1));
        assertTaken();
    }

    @Test
    void whoIsInterruptedGetsNone() {
        take();
        Thread.currentThread().interrupt();
        assertThat(places.take(control, Duration.ofMinutes(1))).isNull();
        assertThat(Thread.interrupted()).isTrue();
    }
}
