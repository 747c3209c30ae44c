package io.getindico.metrics.exporter;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.getindico.metrics.exporter.logging.Logs;
import io.getindico.metrics.exporter.plugins.PluginFolder;
import io.getindico.metrics.exporter.settings.Options.LogFormat;
import io.getindico.metrics.exporter.settings.SettingException;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Map;
import java.util.logging.Level;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class PluginsTest {
    private static final String COLLECT =
            "@Override public void collect(CollectionContext context, Samples samples) { samples.set(FAMILY, 42); }\n";
    private static final String GONE = "static final class Gone { int number() { return 1; } }";

    @AutoClose
    private static final TestDatabase database = new TestDatabase();

    @TempDir
    Path folder;

    @BeforeEach
    void closeFolder() throws IOException {
        Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwxr-xr-x"));
    }

    @Test
    void aCollectorInAJarAddsItsMetric() throws IOException {
        collector("Answers", "answers", "indico_answers").writeTo(folder.resolve("answers.jar"));

        assertThat(scrape().value("indico_answers")).isEqualTo(42);
    }

    @Test
    void twoJarsWithTheSameClassAreIsolated() throws IOException {
        collector("Same", "one", "indico_one").writeTo(folder.resolve("a.jar"));
        collector("Same", "two", "indico_two").writeTo(folder.resolve("b.jar"));

        Answer answer = scrape();

        assertThat(answer.value("indico_one")).isEqualTo(42);
        assertThat(answer.value("indico_two")).isEqualTo(42);
    }

    @Test
    void theBuiltInCollectorWinsAClash() throws IOException {
        collector("Name", "events", "indico_other_events").writeTo(folder.resolve("a.jar"));
        collector("Family", "mine", "indico_num_active_events").writeTo(folder.resolve("b.jar"));
        collector("Engine", "engine", "indico_up").writeTo(folder.resolve("c.jar"));
        collector("Own", "good", "indico_good").writeTo(folder.resolve("d.jar"));
        counter("Suffix", "suffix", "indico_num_active_events_total").writeTo(folder.resolve("e.jar"));
        collector("Exporter", "exporter", "indico_exporter_rejected_requests").writeTo(folder.resolve("f.jar"));

        Answer answer = scrape();

        assertThat(answer.status()).isEqualTo(200);
        assertThat(answer.value("indico_num_active_events")).isZero();
        assertThat(answer.value("indico_up")).isEqualTo(1);
        assertThat(answer.value("indico_good")).isEqualTo(42);
        assertThat(answer.body())
                .doesNotContain("indico_other_events")
                .doesNotContain("collector=\"mine\"")
                .doesNotContain("collector=\"suffix\"")
                .doesNotContain("collector=\"exporter\"")
                .doesNotContain("collector=\"engine\"");
    }

    @ParameterizedTest
    @ValueSource(strings = {"jvm_threads", "process_queue"})
    void theNamesOfTheMetricsOfTheProcessAreTheExporters(String family) throws IOException {
        collector("Taken", "taken", family).writeTo(folder.resolve("a.jar"));
        collector("Good", "good", "indico_good").writeTo(folder.resolve("b.jar"));
        ByteArrayOutputStream log = new ByteArrayOutputStream();
        PrintStream stderr = System.err;
        System.setErr(new PrintStream(log, true, UTF_8));
        Logs.configure(LogFormat.TEXT, Level.INFO);
        Answer answer;
        try {
            answer = scrape();
        } finally {
            System.setErr(stderr);
        }

        assertThat(answer.value("indico_good")).isEqualTo(42);
        assertThat(answer.body()).doesNotContain(family).doesNotContain("collector=\"taken\"");
        assertThat(log.toString(UTF_8))
                .contains(" ERROR CollectorChoice - collector Taken of plugin a.jar is left out: family '" + family
                        + "' begins with " + family.substring(0, family.indexOf('_') + 1)
                        + ", as the metrics of the exporter's own process do; choose another name\n");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "public Broken() { throw new IllegalStateException(\"no\"); }",
                "static { if (true) throw new NoClassDefFoundError(\"gone\"); }",
                "@Override public java.util.List settings() { throw new LinkageError(\"old\"); }",
                "@Override public io.getindico.metrics.api.RefreshClass refreshClass() { throw new NoSuchMethodError(); }"
            })
    void aBrokenCollectorIsLeftOut(String flaw) throws IOException {
        collector("Broken", "broken", "indico_broken", flaw).writeTo(folder.resolve("a.jar"));
        collector("Good", "good", "indico_good").writeTo(folder.resolve("b.jar"));

        Answer answer = scrape();

        assertThat(answer.value("indico_good")).isEqualTo(42);
        assertThat(answer.body()).doesNotContain("broken");
    }

    @Test
    void theSameJarTwiceCountsOnce() throws IOException {
        collector("Answers", "answers", "indico_answers").writeTo(folder.resolve("a.jar"));
        collector("Answers", "answers", "indico_answers").writeTo(folder.resolve("b.jar"));
        collector("Other", "other", "indico_answers").writeTo(folder.resolve("c.jar"));

        Answer answer = scrape();

        assertThat(answer.value("indico_answers")).isEqualTo(42);
        assertThat(answer.body()).doesNotContain("collector=\"other\"");
    }

    @Test
    void aClassOfAPluginIsThereWhenItsJarIsReplaced() throws Exception {
        Path jar = folder.resolve("a.jar");
        collector("Late", "late", "indico_late", GONE).writeTo(jar);
        PluginFolder plugins = PluginFolder.open(folder, "plugins");
        try {
            Files.writeString(jar, "another version");

            ClassLoader loader = plugins.collectors().get(0).getClass().getClassLoader();
            assertThat(loader.loadClass("Late$Gone").getName()).isEqualTo("Late$Gone");
        } finally {
            plugins.close();
        }
    }

    /** The plugin was compiled against a class that is absent at run time. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "private final Gone gone = new Gone();",
                "private static final Gone GONE = new Gone();",
                "@Override public java.util.List settings() { return List.of(new Gone().number()); }"
            })
    void aCollectorWhoseClassesAreMissingIsLeftOut(String use) throws IOException {
        collector("Old", "old", "indico_old", use, GONE).without("Old$Gone").writeTo(folder.resolve("a.jar"));
        collector("Good", "good", "indico_good").writeTo(folder.resolve("b.jar"));

        Answer answer = scrape();

        assertThat(answer.value("indico_good")).isEqualTo(42);
        assertThat(answer.body()).doesNotContain("indico_old").doesNotContain("collector=\"old\"");
    }

    @Test
    void aClassThatIsMissingWhenItCollectsFailsThatCollectorAlone() throws IOException {
        String use = "@Override public void collect(CollectionContext context, Samples samples) {"
                + " samples.set(FAMILY, new Gone().number()); }";
        PluginJarBuilder.of("Old", source("Old", "old", "indico_old", use, GONE))
                .without("Old$Gone")
                .writeTo(folder.resolve("a.jar"));
        collector("Good", "good", "indico_good").writeTo(folder.resolve("b.jar"));

        Answer answer = scrape();

        assertThat(answer.value("indico_good")).isEqualTo(42);
        assertThat(answer.value("indico_collector_success{collector=\"old\"}")).isZero();
        assertThat(answer.value("indico_collector_failing{collector=\"old\",reason=\"collector_bug\"}"))
                .isEqualTo(1);
        assertThat(answer.body()).doesNotContain("indico_old ");
    }

    @Test
    void leavesOutADamagedJarAndOneWithTheExportersClasses() throws IOException {
        Files.writeString(folder.resolve("a.jar"), "not a jar");
        Files.writeString(folder.resolve("readme.txt"), "not a jar either");
        collector("Fat", "fat", "indico_fat")
                .with("org/jooq/DSLContext.class", "x")
                .writeTo(folder.resolve("b.jar"));
        collector("Fatter", "fatter", "indico_fatter")
                .with("META-INF/versions/17/io/getindico/metrics/api/Label.class", "x")
                .writeTo(folder.resolve("c.jar"));
        collector("Leading", "leading", "indico_leading")
                .withClassPath("../elsewhere.jar")
                .writeTo(folder.resolve("d.jar"));
        PluginJarBuilder.empty()
                .with("META-INF/services/io.getindico.metrics.api.MetricCollector", "not.There\n")
                .writeTo(folder.resolve("e.jar"));
        collector("Good", "good", "indico_good").writeTo(folder.resolve("f.jar"));

        Answer answer = scrape();

        assertThat(answer.value("indico_good")).isEqualTo(42);
        assertThat(answer.body()).doesNotContain("indico_fat").doesNotContain("indico_leading");
    }

    @ParameterizedTest
    @ValueSource(strings = {"rwxrwxr-x", "rwxr-xrwx"})
    void aFolderIntoWhichOthersMayWriteIsRefused(String permissions) throws IOException {
        Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString(permissions));

        assertThat(refusal())
                .isEqualTo("plugins: got \"" + folder.toRealPath()
                        + "\", expected code that nobody else may change; run chmod go-w on it");
    }

    @ParameterizedTest
    @ValueSource(strings = {"rw-rw-r--", "rw-r--rw-"})
    void aJarThatOthersMayWriteIsRefusedAlsoBehindALink(String permissions) throws IOException {
        Path elsewhere = Files.createDirectory(folder.resolve("elsewhere"));
        Path jar = elsewhere.resolve("a.jar");
        collector("Answers", "answers", "indico_answers").writeTo(jar);
        Files.setPosixFilePermissions(jar, PosixFilePermissions.fromString(permissions));
        Files.createSymbolicLink(folder.resolve("link.jar"), jar);

        assertThat(refusal()).contains(jar.toRealPath().toString()).contains("chmod go-w");
    }

    @Test
    void aFolderThatIsNotThereIsRefused() {
        assertThat(catchThrowableOfType(
                                SettingException.class,
                                () -> Exporter.start(database.settings(
                                        "plugins", folder.resolve("none").toString())))
                        .line())
                .contains("expected a folder of jars that can be read, but it does not exist; ");
    }

    @Test
    void aFileIsNoFolder() throws IOException {
        Path file = Files.writeString(folder.resolve("a.jar"), "x");
        assertThat(catchThrowableOfType(
                                SettingException.class,
                                () -> Exporter.start(database.settings("plugins", file.toString())))
                        .line())
                .contains("expected a folder of jars that can be read, but it is a file; ");
    }

    @Test
    void namesADanglingLink() throws IOException {
        Path link = Files.createSymbolicLink(folder.resolve("link.jar"), folder.resolve("gone.jar"));

        assertThat(refusal())
                .isEqualTo("plugins: got \"" + link + "\", expected a jar that can be read, but it is a link to "
                        + folder.resolve("gone.jar") + ", which does not exist; correct it, or leave it out");
    }

    private String refusal() {
        SettingException thrown = catchThrowableOfType(
                SettingException.class, () -> Exporter.start(database.settings("plugins", folder.toString())));
        assertThat(thrown).isNotNull();
        return thrown.line();
    }

    private Answer scrape() throws IOException {
        Map<String, String> settings = database.settings("plugins", folder.toString());
        try (Exporter exporter = Exporter.start(settings)) {
            return Answer.get(exporter.uri());
        }
    }

    private static PluginJarBuilder collector(String className, String name, String family, String... more) {
        return PluginJarBuilder.of(className, source(className, name, family, COLLECT + String.join("\n", more)));
    }

    private static PluginJarBuilder counter(String className, String name, String family) {
        return PluginJarBuilder.of(
                className,
                source(className, name, family, COLLECT).replace("MetricFamily.gauge(", "MetricFamily.counter("));
    }

    private static String source(String className, String name, String family, String... more) {
        return """
                import io.getindico.metrics.api.*;
                import java.util.List;

                public final class %1$s implements MetricCollector {
                    private static final MetricFamily FAMILY = MetricFamily.gauge("%3$s").help("Test.").build();
                    %4$s
                    @Override public String name() { return "%2$s"; }
                    @Override public List<MetricFamily> families() { return List.of(FAMILY); }
                }
                """.formatted(className, name, family, String.join("\n", more));
    }
}
