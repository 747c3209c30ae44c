package io.getindico.metrics.exporter.web;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.springframework.security.crypto.bcrypt.BCrypt;

/** The logins that cost a hash, and those that do not. */
final class PasswordLoginsTest {
    private static final SortedMap<String, String> USERS =
            new TreeMap<>(java.util.Map.of("alice", BCrypt.hashpw("right", BCrypt.gensalt(10))));

    private final AtomicLong now = new AtomicLong();
    private final PasswordLogins logins = new PasswordLogins(now::get);

    @Test
    void aRightLoginIsRememberedForAnHourAfterItsLastUse() {
        assertThat(check("alice", "right")).isEqualTo(Admission.YES);
        Duration remembered = time("alice", "right");
        assertThat(remembered).isLessThan(time("alice", "wrong").dividedBy(5));
        now.addAndGet(Duration.ofMinutes(59).toNanos());
        assertThat(time("alice", "right")).isLessThan(time("alice", "wrong").dividedBy(5));
        now.addAndGet(Duration.ofMinutes(59).toNanos());
        assertThat(time("alice", "right")).isLessThan(time("alice", "wrong").dividedBy(5));
        now.addAndGet(Duration.ofMinutes(61).toNanos());
        assertThat(time("alice", "right")).isGreaterThan(time("alice", "wrong").dividedBy(5));
    }

    /** The fastest of several, because the machine may be busy. */
    @Test
    void anUnknownUserTakesAsLongAsAKnownOne() {
        Duration known = fastest("alice");
        Duration unknown = fastest("bob");
        assertThat(unknown).isBetween(known.dividedBy(2), known.multipliedBy(2));
    }

    private Duration fastest(String user) {
        return java.util.stream.IntStream.range(0, 5)
                .mapToObj(i -> time(user, "wrong"))
                .min(Duration::compareTo)
                .orElseThrow();
    }

    @Test
    void tooManyAtOnceAreTurnedAway() throws Exception {
        ExecutorService clients = Executors.newFixedThreadPool(PasswordLogins.MAX_WAITING + 8);
        List<Future<Admission>> answers = new ArrayList<>();
        for (int i = 0; i < PasswordLogins.MAX_WAITING + 8; i++) {
            answers.add(clients.submit(() -> check("alice", "wrong")));
        }
        int busy = 0;
        for (Future<Admission> answer : answers) {
            assertThat(answer.get()).isNotEqualTo(Admission.YES);
            busy += answer.get() == Admission.BUSY ? 1 : 0;
        }
        clients.shutdown();
        assertThat(busy).isBetween(1, 8);
    }

    /** Looks at the stacks of all threads, since the hashes are a library's. */
    @Test
    void atMostTwoHashesAreComputedAtATime() throws Exception {
        ExecutorService clients = Executors.newFixedThreadPool(16);
        List<Future<Admission>> answers = new ArrayList<>();
        for (int i = 0; i < 32; i++) {
            answers.add(clients.submit(() -> check("alice", "wrong")));
        }
        long most = 0;
        while (!answers.stream().allMatch(Future::isDone)) {
            most = Math.max(
                    most,
                    Thread.getAllStackTraces().values().stream()
                            .filter(stack -> Arrays.stream(stack)
                                    .anyMatch(frame -> frame.getClassName().equals(BCrypt.class.getName())))
                            .count());
        }
        clients.shutdown();
        assertThat(most).isEqualTo(2);
    }

    private Admission check(String user, String password) {
        return logins.check(USERS, user, password.getBytes(UTF_8));
    }

    private Duration time(String user, String password) {
        long start = System.nanoTime();
        check(user, password);
        return Duration.ofNanos(System.nanoTime() - start);
    }
}
