package io.getindico.metrics.exporter.settings;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class InstanceSettingsTest {
    @TempDir
    private Path folder;

    private Settings read(String yaml) throws IOException {
        Path file = Files.writeString(folder.resolve("e.yaml"), yaml);
        return Settings.of(Map.of("config", file.toString()), Map.of());
    }

    @Test
    void whatIsAboveIsTheDefaultOfEach() throws IOException {
        Settings all = read("""
                profile: full
                zone: UTC
                database.password-file: /top
                instances:
                  geneva:
                    database.url: postgresql://g/indico
                    zone: Europe/Zurich
                    database.password: secret
                    collector: {active_users: {age: 1h}}
                    ttl.users: 9m
                  vienna.database.url: postgresql://v/indico
                """);
        assertThat(all.instances()).containsOnlyKeys("geneva", "vienna");
        Options geneva = all.instance("geneva").options();
        assertThat(geneva.zone).hasToString("Europe/Zurich");
        assertThat(geneva.profile).isEqualTo(Options.Profile.FULL);
        assertThat(geneva.databasePassword).isEqualTo("secret");
        assertThat(geneva.databasePasswordFile).isNull();
        assertThat(all.instance("geneva").collectorTtls()).containsOnlyKeys("users");
        assertThat(all.instance("geneva").collectorSettings()).hasSize(1);
        Options vienna = all.instance("vienna").options();
        assertThat(vienna.zone).hasToString("UTC");
        assertThat(vienna.databasePasswordFile).hasToString("/top");
        assertThat(all.instance("vienna").collectorSettings()).isEmpty();
    }

    @Test
    void withoutInstancesTheSettingsAreThoseOfTheOnlyIndico() throws IOException {
        Settings all = read("zone: UTC");
        assertThat(all.instances()).isEmpty();
        assertThat(all.instance(null)).isSameAs(all);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '~',
            value = {
                "instances: {geneva: {zone: Mars}} | line 1: instances[geneva].zone: got \"Mars\", expected a time zone",
                "instances: {geneva: {database.url: 5}} | line 1: instances[geneva].database.url: got",
                "instances: {geneva: {databse.url: x}} | line 1: instances[geneva]: \"databse.url\": no setting has this"
                        + " name (did you mean database.url?)",
                "instances: {geneva: {listen: '127.0.0.1:1'}} | line 1: instances[geneva].listen: is a setting of the whole"
                        + " exporter; move it out of the instances",
                "instances: {geneva: {token: s3cr3t}} | line 1: instances[geneva].token: is a setting of the whole",
                "instances: {a b: {zone: UTC}} | line 1: instances: got \"a b\", expected a name of at most 60 letters,",
                "instances: | line 1: instances: got \"\", expected a name of at most 60",
                "instances: {geneva: } | line 1: instances[geneva]: expected the settings of this Indico, such as",
                "instances: [{name: geneva}] | line 1: instances: expected names, and under each the settings of this Indico",
            })
    void aWrongOneIsRefusedInOneLine(String yaml, String expected) {
        SettingException thrown = catchThrowableOfType(SettingException.class, () -> read(yaml));
        assertThat(thrown).as(yaml).isNotNull();
        assertThat(thrown.line()).contains("e.yaml, " + expected).doesNotContain("s3cr3t");
    }

    @Test
    void aMissingDatabaseNamesTheInstance() throws IOException {
        Settings vienna = read("instances: {vienna: {zone: UTC}}").instance("vienna");
        assertThat(catchThrowableOfType(SettingException.class, vienna::databaseUrl)
                        .line())
                .startsWith("instances[vienna].database.url: is missing, expected");
    }
}
