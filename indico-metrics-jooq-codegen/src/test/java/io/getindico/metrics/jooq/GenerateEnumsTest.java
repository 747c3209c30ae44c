package io.getindico.metrics.jooq;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.Charset;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Runs the program that makes classes of the list of Indico's enums, as the build does. */
class GenerateEnumsTest {
    private static final String PLANE = "Plane = air.planes.kind: 0 jet, 2 glider since 3.3.8 # The kind of a plane.\n";
    private static final String TRAIN = """
            Train = rail.trains.kind, rail.old_trains.kind since 3.3: 1 night_train # The kind of a train.
            """;

    @TempDir
    private Path folder;

    private Path list;
    private Path classes;
    private Path columns;

    @BeforeEach
    void paths() {
        list = folder.resolve("enums.txt");
        classes = folder.resolve("sources/io/getindico/metrics/jooq/enums");
        columns = folder.resolve("columns.properties");
    }

    @Test
    void aLineBecomesAClass() throws Exception {
        assertThat(generate("# Vehicles.\n\n[0.1.0]\n" + TRAIN + "[0.2.0]\n" + PLANE))
                .isEmpty();
        assertThat(classes.resolve("Plane.java")).hasContent("""
                // Generated from enums.txt.
                package io.getindico.metrics.jooq.enums;

                import org.jspecify.annotations.Nullable;

                /**
                 * The kind of a plane.
                 *
                 * <p>Columns:
                 * <ul>
                 * <li>{@code air.planes.kind}
                 * </ul>
                 *
                 * @since 0.2.0
                 */
                public enum Plane implements Coded {
                    JET(0),
                    /** Since Indico 3.3.8. */
                    GLIDER(2);

                    private final short code;

                    Plane(int code) {
                        this.code = (short) code;
                    }

                    @Override
                    public short code() {
                        return code;
                    }

                    /** Returns the constant with this code, or null for a code that only another release of Indico has. */
                    public static @Nullable Plane ofCode(@Nullable Short code) {
                        return Coded.find(values(), code);
                    }
                }
                """);
        assertThat(classes.resolve("Train.java"))
                .content()
                .contains("<li>{@code rail.old_trains.kind}, since Indico 3.3\n", "NIGHT_TRAIN(1);", "@since 0.1.0");
        assertThat(columns).hasContent("""
                air.planes.kind=Plane
                rail.old_trains.kind=Train
                rail.trains.kind=Train
                """);
    }

    @Test
    void keepsCurrentFilesAndDeletesFilesWithoutALine() throws Exception {
        generate("[0.1.0]\n" + PLANE + TRAIN);
        FileTime longAgo = FileTime.fromMillis(0);
        Files.setLastModifiedTime(classes.resolve("Plane.java"), longAgo);
        generate("[0.1.0]\n" + PLANE);
        assertThat(classes).isDirectoryNotContaining("glob:**Train.java");
        assertThat(Files.getLastModifiedTime(classes.resolve("Plane.java"))).isEqualTo(longAgo);
        assertThat(columns).hasContent("air.planes.kind=Plane\n");
    }

    @Test
    void everyMalformedLineIsNamedWithWhatIsExpected() throws Exception {
        String line = "expected \"Name = columns: constants # Meaning.\", such as \"ReminderType ="
                + " events.reminders.reminder_type: 1 standard, 2 custom # The kind of a reminder.\"";
        String column = "expected a column, such as \"events.events.type\" or \"users.logs.kind since 3.3.6\"";
        String constant = "expected a constant, such as \"1 pending\" or \"3 emails since 3.3.13\"";
        assertThat(generate("""
                        Early = a.b.c: 1 x # Too early.
                        [0.1.0]
                        Bus: road.buses.kind = 1 coach # The kind of a bus.
                        Car = road.cars.kind: 1 van # No full stop
                        Bike = bikes.kind: 1 racer # The kind of a bike.
                        Boat = sea.boats.kind: 1 ferry 2 yacht # The kind of a boat.
                        Ship = sea.ships.kind: 1 ferry since, 2 liner # The kind of a ship.
                        Cart = road.carts.kind: 1 hand, 1 ox # The kind of a cart.
                        Sled = snow.sleds.kind: 1 dog, 2 dog # The kind of a sled.
                        """ + PLANE + PLANE.replace("Plane", "Aircraft") + PLANE.replace("planes", "aircraft")))
                .isEqualTo(String.join(
                        "",
                        problem(1, "expected a heading with a version above, such as \"[0.1.0]\""),
                        problem(3, line + ", but found \"Bus: road.buses.kind = 1 coach # The kind of a bus.\""),
                        problem(4, line + ", but found \"Car = road.cars.kind: 1 van # No full stop\""),
                        problem(5, column + ", but found \"bikes.kind\""),
                        problem(6, constant + ", but found \"1 ferry 2 yacht\""),
                        problem(7, constant + ", but found \"1 ferry since\""),
                        problem(8, "expected each code and constant once, but found code 1 twice"),
                        problem(9, "expected each code and constant once, but found constant dog twice"),
                        problem(11, "expected one enum for a column, but air.planes.kind has Plane already"),
                        problem(12, "expected one line for an enum, but found another for Plane")));
        assertThat(classes).doesNotExist();
    }

    private String problem(int line, String message) {
        return "%s:%d: %s%n".formatted(list, line, message);
    }

    /** Returns what the program complains of. */
    private String generate(String text) throws IOException, InterruptedException {
        Files.writeString(list, text);
        Process program = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-XX:TieredStopAtLevel=1",
                        "src/codegen/java/GenerateEnums.java",
                        list.toString(),
                        folder.resolve("sources").toString(),
                        columns.toString())
                .redirectErrorStream(true)
                .start();
        String output = new String(program.getInputStream().readAllBytes(), Charset.defaultCharset());
        assertThat(program.waitFor()).isEqualTo(output.isEmpty() ? 0 : 1);
        return output;
    }
}
