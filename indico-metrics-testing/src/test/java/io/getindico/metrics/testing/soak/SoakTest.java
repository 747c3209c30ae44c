package io.getindico.metrics.testing.soak;

import static org.assertj.core.api.Assertions.assertThat;

import io.getindico.metrics.testing.engine.Await;
import io.getindico.metrics.testing.engine.Exposition;
import io.prometheus.metrics.model.snapshots.MetricSnapshots;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * Faults at random, one after the other and several at a time, while scrapers come and the clock goes on. Every answer
 * is compared with the truth; now and then all is put right, and must be well again.
 *
 * <p>Two system properties: {@code soak.seconds} (real ones, 40 unless said) and {@code soak.seed} (1).
 */
@Tag("slow")
class SoakTest {
    private static final Duration LENGTH = Duration.ofSeconds(Long.getLong("soak.seconds", 40));
    private static final long SEED = Long.getLong("soak.seed", 1);
    private static final int STEPS_BETWEEN_CALMS = 15;
    private static final int MOST_FAULTS = 3;
    private static final int MOST_SCRAPERS = 50;
    private static final int REMEMBERED = 40;

    /** Beyond the wait limit: a quarter of a second for the probe, and what a busy machine takes. */
    private static final Duration GRACE = Duration.ofSeconds(3);

    private static final Duration PATIENT = Duration.ofSeconds(15);
    private static final Duration AFTER_REFUSAL = Duration.ofMinutes(5);
    private static final long HEAP_GROWTH = 4L << 20;
    private static final int GROWTH = 5;

    private final Random random = new Random(SEED);
    private final Stage stage = new Stage();
    private final Truth truth = new Truth(stage);
    private final List<Fault> active = new ArrayList<>();
    private final Deque<String> story = new ArrayDeque<>();
    private final List<Footprint> footprints = new ArrayList<>();
    private final ExecutorService scrapers =
            Executors.newFixedThreadPool(MOST_SCRAPERS, task -> new Thread(task, Footprint.SCRAPER));
    private final double began = stage.clock.epochSeconds();
    private Exposition latest = Exposition.of(new MetricSnapshots());
    private int steps;
    private int scrapes;
    private int changes;
    private boolean wasRefused;

    @Test
    void randomFaultsCauseNoFalseValueAndNoLeak() throws Exception {
        long end = System.nanoTime() + LENGTH.toNanos();
        try (stage) {
            stage.changeNews(nextNumber());
            calm();
            while (System.nanoTime() < end) {
                step();
                if (++steps % STEPS_BETWEEN_CALMS == 0) {
                    calm();
                }
            }
            calm();
            assertThatNothingGrew();
        } catch (AssertionError | Exception e) {
            throw new AssertionError(
                    "soak with -Dsoak.seed=" + SEED + ", after " + told() + ", most recently: " + story, e);
        } finally {
            scrapers.shutdownNow();
        }
        Await.until("no thread is left", () -> threads("indico-metrics-worker", "indico-metrics-timer") == 0);
        assertThat(stage.dataSource.held()).isZero();
        System.out.println("soak with seed " + SEED + ": " + told());
    }

    private String told() {
        double hours = (stage.clock.epochSeconds() - began) / 3600;
        return "%d steps, %d scrapes, %.1f simulated hours, %s".formatted(steps, scrapes, hours, footprints);
    }

    private int nextNumber() {
        // Never the same again, and odd or even.
        return 2 * ++changes + random.nextInt(2);
    }

    private void step() throws Exception {
        if (!active.isEmpty() && random.nextInt(MOST_FAULTS + 1) < active.size()) {
            mend(active.get(random.nextInt(active.size())));
        } else {
            strike(stage.faults.get(random.nextInt(stage.faults.size())));
        }
        if (random.nextInt(3) == 0 && stage.isServerUp() && !stage.isLocked()) {
            stage.changeNews(nextNumber());
            tell("news changed");
        }
        stage.pass(Duration.ofSeconds(random.nextInt(90)));
        scrape(
                1 + random.nextInt(random.nextInt(10) == 0 ? MOST_SCRAPERS : 3),
                Duration.ofMillis(random.nextInt(1500)));
    }

    private void strike(Fault fault) throws Exception {
        boolean isPlaceTaken = active.stream().anyMatch(other -> other.place().equals(fault.place()));
        if (isPlaceTaken || (fault.needsServer() && !stage.isServerUp())) {
            return;
        }
        tell(fault.place() + " " + fault.name());
        fault.strike().run();
        wasRefused |= fault.name().equals(Stage.REFUSED);
        if (fault.mend() != null) {
            active.add(fault);
        }
    }

    private void mend(Fault fault) throws Exception {
        Fault.Action mend = fault.mend();
        if (mend != null && (stage.isServerUp() || !fault.needsServer())) {
            tell(fault.place() + " mended");
            mend.run();
            active.remove(fault);
        }
    }

    private void tell(String what) {
        story.add(what);
        if (story.size() > REMEMBERED) {
            story.remove();
        }
    }

    private void scrape(int number, Duration limit) {
        List<CompletableFuture<Exposition>> all = new ArrayList<>();
        for (int i = 0; i < number; i++) {
            all.add(CompletableFuture.supplyAsync(() -> timed(limit), scrapers));
        }
        all.forEach(scrape -> truth.check(scrape.join()));
        scrapes += number;
        assertThat(stage.dataSource.mostHeld()).as("sessions").isLessThanOrEqualTo(3);
    }

    private Exposition timed(Duration limit) {
        long start = System.nanoTime();
        MetricSnapshots answer = stage.metrics.scrape(name -> true, limit).metrics();
        assertThat(Duration.ofNanos(System.nanoTime() - start)).as("wait").isLessThan(limit.plus(GRACE));
        return Exposition.of(answer);
    }

    /** All is put right; what was due comes back within its TTL, and nothing is held any more. */
    private void calm() throws Exception {
        // The server first: others need it.
        active.sort(Comparator.comparing(Fault::needsServer));
        for (Fault fault : List.copyOf(active)) {
            mend(fault);
        }
        tell("calm");
        Duration limit = wasRefused ? AFTER_REFUSAL : Stage.LIVE_TTL;
        wasRefused = false;
        for (Duration waited = Duration.ZERO; !isBack(); waited = waited.plusSeconds(5)) {
            assertThat(waited).as("until live values are back: %s", latest).isLessThanOrEqualTo(limit);
            stage.pass(Duration.ofSeconds(5));
        }
        Await.until("the collector that hung has come back", () -> isWellAfter(Stage.STANDARD_TTL));
        Await.until("no session is left", () -> stage.sessions().count() == 0 && stage.dataSource.held() == 0);
        assertThat(stage.temporaryTables()).isZero();
        footprints.add(Footprint.now());
    }

    private boolean isBack() {
        latest = timed(PATIENT);
        truth.check(latest);
        return latest.isUp() && Objects.equals(latest.success("live"), 1.0);
    }

    private boolean isWellAfter(Duration ttl) {
        stage.pass(ttl);
        latest = timed(PATIENT);
        truth.check(latest);
        double truly = stage.news.now();
        return latest.isUp()
                && List.of("live", "standard", "hanging").stream()
                        .allMatch(reader -> Objects.equals(latest.value("test_" + reader), truly)
                                && Objects.equals(latest.success(reader), 1.0));
    }

    private void assertThatNothingGrew() {
        Footprint first = footprints.get(0);
        Await.until("threads and files that were in use are ended and closed", () -> {
            Footprint now = Footprint.now();
            return now.threads() <= first.threads() + GROWTH && now.files() <= first.files() + GROWTH;
        });
        int third = footprints.size() / 3;
        long early = leastHeap(footprints.subList(0, third + 1));
        long late = leastHeap(footprints.subList(footprints.size() - third - 1, footprints.size()));
        assertThat(late).as("heap").isLessThan(early + HEAP_GROWTH);
    }

    private static long leastHeap(List<Footprint> of) {
        return of.stream().mapToLong(Footprint::heapBytes).min().orElseThrow();
    }

    private static long threads(String... prefixes) {
        return Thread.getAllStackTraces().keySet().stream()
                .filter(thread -> List.of(prefixes).stream().anyMatch(thread.getName()::startsWith))
                .count();
    }
}
