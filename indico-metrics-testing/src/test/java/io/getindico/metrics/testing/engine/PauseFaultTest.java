package io.getindico.metrics.testing.engine;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Stops the process, as a long garbage collection or the move of a virtual machine does. */
class PauseFaultTest extends FaultTest {
    private static final Duration PAUSE = Duration.ofSeconds(10);

    /** How long the server waits for our next statement. */
    private static final Duration IDLE = Duration.ofSeconds(5);

    /** What a scrape said: how long it took, up, success and value. */
    private record Line(int millis, String up, String success, String value) {
        static Line of(String text) {
            List<String> words = List.of(text.split(" ", -1));
            return new Line(Integer.parseInt(words.get(0)), words.get(1), words.get(2), words.get(3));
        }

        boolean isWell() {
            return up.equals("1.0") && success.equals("1.0") && value.equals("2.0");
        }
    }

    @Test
    @Tag("slow")
    void aPauseEndsTheTransactionButGivesNoFalseValue() throws Exception {
        Process program = start();
        try (BufferedReader output = program.inputReader()) {
            while (!Line.of(output.readLine()).isWell()) {
                assertThat(program.isAlive()).isTrue();
            }
            Await.until("a query runs", () -> sessions().running("pg_sleep") == 1);
            signal(program, "STOP");
            long stopped = System.nanoTime();
            Await.until("the server ends the session", () -> sessions().count() == 0);
            Duration held = Duration.ofNanos(System.nanoTime() - stopped);
            Witness.tell("while the process stood still, its session lived {} more", held);
            assertThat(held).isLessThan(IDLE.plus(ScrapingProgram.BUDGET));
            Await.pause(PAUSE.minus(held));
            signal(program, "CONT");
            assertThatItRecovers(output);
            program.getOutputStream().write('\n');
            program.getOutputStream().close();
            assertThat(program.waitFor(20, TimeUnit.SECONDS)).isTrue();
            assertThat(sessions().count()).isZero();
        } finally {
            program.destroyForcibly();
        }
    }

    private static void assertThatItRecovers(BufferedReader output) throws IOException {
        long limit = System.nanoTime() + Duration.ofSeconds(20).toNanos();
        boolean pauseWasSeen = false;
        Line line;
        do {
            line = Line.of(output.readLine());
            Witness.tell("after the pause: {}", line);
            assertThat(line.value()).as("not a value that was not read").isIn("2.0", "null");
            boolean isLong =
                    line.millis() > ScrapingProgram.WAIT_LIMIT.plusSeconds(1).toMillis();
            assertThat(pauseWasSeen && isLong)
                    .as("only one scrape sees the pause")
                    .isFalse();
            pauseWasSeen |= isLong;
            assertThat(System.nanoTime()).isLessThan(limit);
        } while (!pauseWasSeen || !line.isWell());
    }

    private Process start() throws IOException {
        String java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
        return new ProcessBuilder(
                        java,
                        "-cp",
                        System.getProperty("java.class.path"),
                        ScrapingProgram.class.getName(),
                        database().jdbcUrl(),
                        database().server().user(),
                        database().server().password())
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
    }

    private static void signal(Process process, String name) throws Exception {
        assertThat(new ProcessBuilder("kill", "-" + name, String.valueOf(process.pid()))
                        .start()
                        .waitFor())
                .isZero();
    }
}
