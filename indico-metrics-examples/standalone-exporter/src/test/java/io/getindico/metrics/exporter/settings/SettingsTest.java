package io.getindico.metrics.exporter.settings;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.getindico.metrics.exporter.commands.CommandLineTest;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.ZoneId;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

final class SettingsTest {
    @TempDir
    Path folder;

    static Iterable<Setting> all() {
        return Setting.ALL;
    }

    @Test
    void aFlagBeatsTheEnvironmentWhichBeatsTheFile() throws IOException {
        Map<String, String> file =
                Map.of("INDICO_METRICS_CONFIG", file("zone: Europe/Paris\nworkers: 1\nprofile: full"));

        assertThat(zone(Map.of(), file)).isEqualTo(ZoneId.of("Europe/Paris"));
        Map<String, String> both = with(file, "INDICO_METRICS_ZONE", "Europe/Rome");
        assertThat(zone(Map.of(), both)).isEqualTo(ZoneId.of("Europe/Rome"));
        assertThat(zone(Map.of("zone", "Europe/Oslo"), both)).isEqualTo(ZoneId.of("Europe/Oslo"));
        assertThat(Settings.of(Map.of(), both).options().workers).isEqualTo(1);
        assertThat(Settings.of(Map.of(), both).options().profile).isEqualTo(Options.Profile.FULL);
    }

    @Test
    void emptyIsTheSameAsUnset() throws IOException {
        Map<String, String> environment =
                Map.of("INDICO_METRICS_CONFIG", file("zone: Europe/Paris"), "INDICO_METRICS_ZONE", " ");

        assertThat(zone(Map.of("zone", ""), environment)).isEqualTo(ZoneId.of("Europe/Paris"));
        assertThat(Settings.of(Map.of(), Map.of("INDICO_METRICS_CONFIG", file("zone:\nworkers: ''")))
                        .options()
                        .zone)
                .isNull();
        assertThat(Settings.of(Map.of(), Map.of("INDICO_METRICS_CONFIG", file("")))
                        .options()
                        .zone)
                .isNull();
    }

    @Test
    void theFileTakesDottedAndNestedNamesAndListsAndKeepsTextAsItIs() throws IOException {
        Settings settings = Settings.of(Map.of(), Map.of("INDICO_METRICS_CONFIG", file("""
                                database:
                                  url: postgresql://db/indico
                                  password: 0123
                                ttl.live: 10s
                                ttl: {heavy: 1h, room_bookings: 7m}
                                collectors: [events, users]
                                exclude: notes , rooms
                                """)));

        assertThat(settings.databaseUrl().database()).isEqualTo("indico");
        assertThat(settings.options().databasePassword).isEqualTo("0123");
        assertThat(settings.options().ttlLive).hasSeconds(10);
        assertThat(settings.options().ttlHeavy).hasHours(1);
        assertThat(settings.collectorTtls()).isEqualTo(Map.of("room_bookings", Duration.ofMinutes(7)));
        assertThat(NameList.of(settings.options().collectors)).isEqualTo(Set.of("events", "users"));
        assertThat(NameList.of(settings.options().exclude)).isEqualTo(Set.of("notes", "rooms"));
    }

    @Test
    void collectorTtlsHaveAllThreeSpellings() {
        assertThat(Settings.of(
                                CommandLineTest.parse("--ttl-room-bookings=1m", "--ttl-notes", "2m")
                                        .flags(),
                                Map.of("INDICO_METRICS_TTL_EVENT_LOGS", "3m"))
                        .collectorTtls())
                .isEqualTo(Map.of(
                        "room_bookings", Duration.ofMinutes(1),
                        "notes", Duration.ofMinutes(2),
                        "event_logs", Duration.ofMinutes(3)));
    }

    @ParameterizedTest
    @MethodSource("all")
    void everySettingIsKnownByItsThreeSpellings(Setting setting) {
        assertThat(Setting.isKnown(setting.name())).isTrue();
        assertThat(setting.flag()).matches("--[a-z-]+");
        assertThat(setting.variable()).matches("INDICO_METRICS_[A-Z_]+");
        assertThat(setting.description()).endsWith(".").doesNotContain("\n");
        Settings.of(Map.of(), Map.of(setting.variable(), setting.defaultText()));
    }

    @Test
    void defaultsAreThoseOfTheTable() {
        Settings settings = Settings.of(Map.of(), Map.of());

        assertThat(settings.options().listen).isEqualTo(new ListenAddress("127.0.0.1", 10742));
        assertThat(settings.options().activeUserAge).isNull();
        assertThat(settings.options().ttlLive).hasSeconds(55);
        assertThat(settings.options().ttlStandard).hasSeconds(285);
        assertThat(settings.options().ttlHeavy).hasMinutes(30);
        assertThat(settings.options().queryBudgetLive).hasSeconds(2);
        assertThat(settings.options().queryBudgetStandard).hasSeconds(10);
        assertThat(settings.options().queryBudgetHeavy).hasSeconds(120);
        assertThat(settings.options().lockTimeout).hasSeconds(1);
        assertThat(settings.options().workers).isZero();
        assertThat(settings.options().databaseShare).isEqualTo(0.01);
        assertThat(settings.options().profile).isEqualTo(Options.Profile.DEFAULT);
        assertThat(settings.options().zone).isNull();
        assertThat(settings.options().waitLimit).isNull();
        assertThat(settings.options().maxAge).isNull();
        assertThat(settings.options().otlpEndpoint).isNull();
        assertThat(settings.options().otlpInterval).hasSeconds(60);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "ttl.live | abc | got \"abc\", expected a duration such as 90s, 5m, 48h or 2d; correct it, or leave it"
                        + " out (default: 55s)",
                "zone | Europe/Zurick | got \"Europe/Zurick\", expected a time zone such as Europe/Zurich or UTC"
                        + " (did you mean Europe/Zurich?); correct it, or leave it out (default: the root category's"
                        + " time zone)",
                "listen | 127.0.0.1 | got \"127.0.0.1\", expected HOST:PORT, [IPv6]:PORT or :PORT with a port up to"
                        + " 65535; correct it, or leave it out (default: 127.0.0.1:10742)",
                "workers | many | got \"many\", expected a number from 0 to 99; correct it, or leave it out (default: 0)",
                "work-mem | 16 | got \"16\", expected an amount as PostgreSQL spells it, such as 16MB, from 64kB to"
                        + " 2047GB; correct it, or leave it out (default: the server's)",
                "profile | all | got \"all\", expected compatible, default or full; correct it, or leave it out"
                        + " (default: default)",
                "collectors | a,,b | got \"a,,b\", expected names of collectors joined by commas, such as events,users;"
                        + " correct it, or leave it out (default: all of the profile)",
                "families | Rooms | got \"Rooms\", expected names of metrics joined by commas, such as"
                        + " indico_rooms,indico_event_emails_*; correct it, or leave it out (default: all of the"
                        + " profile)",
                "extra-families | a*b | got \"a*b\", expected names of metrics joined by commas, such as"
                        + " indico_rooms,indico_event_emails_*; correct it, or leave it out (default: none)",
                "database-share | 0% | got \"0%\", expected a percentage above 0% and up to 100%, such as 1% or 0.5%;"
                        + " correct it, or leave it out (default: 1%)",
                "database-share | 100.1% | got \"100.1%\", expected a percentage above 0% and up to 100%, such as 1%"
                        + " or 0.5%; correct it, or leave it out (default: 1%)",
                "database-share | 0.01 | got \"0.01\", expected a percentage above 0% and up to 100%, such as 1% or"
                        + " 0.5%; correct it, or leave it out (default: 1%)",
                "otlp.endpoint | http://u:s3cr3t@h/v1/metrics | got \"http://***\", expected a URL such as"
                        + " http://localhost:4318/v1/metrics, without a login and without a query; correct it, or leave"
                        + " it out (default: none)",
                "otlp.endpoint | https://h?key=s3cr3t | got \"https://***\", expected a URL such as"
                        + " http://localhost:4318/v1/metrics, without a login and without a query; correct it, or leave"
                        + " it out (default: none)",
                "otlp.endpoint | localhost:4318 | got ***, expected a URL such as http://localhost:4318/v1/metrics,"
                        + " without a login and without a query; correct it, or leave it out (default: none)",
                "otlp.interval | 0s | got \"0s\", expected a duration above 0s and at most 1d; correct it, or leave it"
                        + " out (default: 60s)",
                "otlp.resource-attributes | a=1,a=2 | got \"a=1,a=2\", expected different names, each with a value,"
                        + " joined by commas, such as service.name=indico,deployment.environment=test; correct it, or"
                        + " leave it out (default: service.name=indico, the version, and service.instance.id: HOST:PORT,"
                        + " or the name of each of several Indicos)",
                "token | two words | got ***, expected a token of visible ASCII characters without blanks; correct it,"
                        + " or leave it out (default: none)",
                "database.url | mysql://u:p@h/d | got \"mysql://***\", expected postgresql://USER@HOST/DATABASE,"
                        + " jdbc:postgresql://HOST/DATABASE or, for a Unix socket, postgresql:///DATABASE (HOST may be"
                        + " HOST:PORT, [IPv6]:PORT, several of them joined by commas, or the folder of a Unix socket as"
                        + " %2FFOLDER; special characters in user and password as %XX); correct it",
            })
    void aBadValueIsOneLineInTheSpellingUsed(String name, String value, String complaint) throws IOException {
        assertThat(complaint(Map.of(), Map.of(Setting.variable(name), value)))
                .isEqualTo(Setting.variable(name) + ": " + complaint);
        if (!name.equals("token")) {
            assertThat(complaint(Map.of(name, value), Map.of())).isEqualTo(Setting.flag(name) + ": " + complaint);
        }
        String file = file("# A comment.\n" + name + ": '" + value + "'");
        assertThat(complaint(Map.of("config", file), Map.of()))
                .isEqualTo(file + ", line 2: " + name + ": " + complaint);
    }

    @ParameterizedTest
    @CsvSource({
        "http://localhost:4318, http://localhost:4318/v1/metrics",
        "https://h/, https://h/v1/metrics",
        "http://[::1]:9090/api/v1/otlp/v1/metrics, http://[::1]:9090/api/v1/otlp/v1/metrics"
    })
    void anEndpointWithoutAPathGetsTheUsualOne(String given, String endpoint) {
        assertThat(Settings.of(Map.of("otlp.endpoint", given), Map.of()).options().otlpEndpoint)
                .hasToString(endpoint);
    }

    @Test
    void aValueOfManyLinesDoesNotBecomeManyLines() {
        assertThat(complaint(Map.of("zone", "a\nb\u001b[31m" + "x".repeat(500)), Map.of()))
                .doesNotContain("\n")
                .doesNotContain("\u001b")
                .hasSizeLessThan(400);
    }

    @Test
    void anUnknownSettingInTheFileIsRefusedWithTheNearest() throws IOException {
        assertThat(complaint(Map.of("config", file("zoen: Europe/Paris")), Map.of()))
                .endsWith(": \"zoen\": no setting has this name (did you mean zone?); --help lists them all");
        assertThat(complaint(Map.of("config", file("databse: {url: x}")), Map.of()))
                .contains("\"databse.url\": no setting has this name (did you mean database.url?)");
        assertThat(complaint(Map.of("config", file("config: x")), Map.of()))
                .contains("config: cannot be set in the file");
        assertThat(complaint(Map.of("config", file("quite-different: x")), Map.of()))
                .endsWith(": \"quite-different\": no setting has this name; --help lists them all");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "database.password: {s3cr3t}",
                "database.password: {s3cr3t: x}",
                "database: {password: {s3cr3t: x}}",
                "token:\n  s3cr3t: x"
            })
    void aKeyBelowASettingIsNotTakenForAName(String yaml) throws IOException {
        assertThat(complaint(Map.of("config", file(yaml)), Map.of()))
                .doesNotContain("s3cr3t")
                .endsWith(": expected one value; put values with special characters in quotes");
    }

    @ParameterizedTest
    @ValueSource(strings = {"token:s3cr3t: x", "token:s3cr3t&more:", "token=s3cr3t: x"})
    void aForgottenBlankDoesNotTurnAValueIntoAName(String yaml) throws IOException {
        assertThat(complaint(Map.of("config", file(yaml)), Map.of()))
                .doesNotContain("s3cr3t")
                .contains(": token: expected a name, a colon, a blank and the value");
    }

    @ParameterizedTest
    @ValueSource(strings = {"database.user", "database.password"})
    void controlCharactersAreRefusedWhichTheProtocolWouldTakeForMoreParameters(String name) throws IOException {
        assertThat(complaint(Map.of("config", file(name + ": \"s3cr3t\\0options\"")), Map.of()))
                .contains("expected text without control characters");
    }

    @Test
    void noObjectShowsASecretInItsText() throws InvalidValueException {
        assertThat(new SettingValue("s3cr3t", "--token", true)).hasToString("--token");
        assertThat(UrlParameters.parse("user=s3cr3t&password=s3cr3t&ssl=true", false))
                .hasToString("{ssl=true}");
        assertThat(DatabaseUrl.parse("postgresql://s3cr3t:s3cr3t@db/indico?password=s3cr3t"))
                .hasToString("jdbc:postgresql://db:5432/indico");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"${user.name}", "${sys:user.name}", "\"quoted\"", "'x'", "zone", "--zone", "--", "@/etc/passwd"})
    void aPasswordStaysAsItIsAlsoIfItLooksLikeAVariableOrAName(String password) {
        Settings settings = Settings.of(Map.of(), Map.of("INDICO_METRICS_DATABASE_PASSWORD", password));

        assertThat(settings.options().databasePassword).isEqualTo(password);
    }

    @Test
    void anUnknownVariableIsAWarningWithTheNearest() {
        assertThat(Settings.of(Map.of(), Map.of("INDICO_METRICS_ZOEN", "s3cr3t"))
                        .warnings())
                .containsExactly("INDICO_METRICS_ZOEN: no setting has this name (did you mean INDICO_METRICS_ZONE?)");
    }

    @ParameterizedTest
    @CsvSource({
        "audit.trail, ",
        "storage.hostname, ",
        "database.pasword, database.password",
        "query-budget.heavi, query-budget.heavy",
        "tll.live, ttl.live"
    })
    void onlyANearNameIsSuggestedInEverySpelling(String typed, String nearest) throws IOException {
        String hint = "no setting has this name";
        assertThat(Settings.of(Map.of(), Map.of(Setting.variable(typed), "x")).warnings())
                .containsExactly(Setting.variable(typed) + ": " + hint
                        + (nearest == null ? "" : " (did you mean " + Setting.variable(nearest) + "?)"));
        assertThat(complaint(Map.of("config", file(typed + ": x")), Map.of()))
                .contains(
                        "\"" + typed + "\": " + hint + (nearest == null ? "; " : " (did you mean " + nearest + "?); "));
    }

    @Test
    void ignoresVariablesOfOtherPrograms() {
        Settings settings = Settings.of(
                Map.of(),
                Map.of(
                        "INDICO_METRICS_SERVICE_HOST", "10.0.0.1",
                        "INDICO_METRICS_PORT", "tcp://10.0.0.1:10742",
                        "INDICO_METRICS_PORT_10742_TCP_ADDR", "10.0.0.1",
                        "INDICO_METRICS_JAVA_OPTS", "-Xmx80m",
                        "PATH", "/bin"));

        assertThat(settings.warnings()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "database.password: *s3cr3t",
                "database.password: %s3cr3t",
                "database.password: @s3cr3t",
                "database.password: 's3cr3t",
                "database.password: [s3cr3t",
                "database.password: [[s3cr3t]]",
                "token: s3cr3t\ntoken: s3cr3t2",
                "token: s3cr3t\n\ttoken: x",
                "s3cr3t",
                "- s3cr3t",
                "database: {password: s3cr3t, password: x}",
                "database.password: s3cr3t\ndatabase: {password: x}",
                "token: s3cr3t: x",
                "token: \u0000s3cr3t",
                "? {a: s3cr3t}\n: x",
                "token: &a {s3cr3t: *a}",
                "token: !s3cr3t s3cr3t",
                "token = s3cr3t",
                "s3cr3t = x",
                "s3cr3t: x\ns3cr3t: y",
                "[s3cr3t]\ntoken = x"
            })
    void aFileThatIsNoYamlIsOneLineWithoutItsText(String yaml) throws IOException {
        assertThat(complaint(Map.of("config", file(yaml)), Map.of()))
                .startsWith(folder.toString())
                .containsPattern(", line [1-3]: ")
                .doesNotContain("s3cr3t")
                .doesNotContain("\n");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "zone = UTC | 1 | this is the syntax of an ini file, expected YAML such as 'zone: Europe/Zurich'",
                "[exporter]~zone = UTC | 1 | this is the syntax of an ini file, expected YAML such as 'zone:"
                        + " Europe/Zurich'",
                "zone: UTC~workers=2~ | 2 | this is the syntax of an ini file, expected YAML such as 'zone:"
                        + " Europe/Zurich'",
                "zone: UTC~~zone: UTC | 3 | zone is set twice, first in line 1; leave out one",
                "ttl.live: 9s~ttl:~  live: 8s | 3 | ttl.live is set twice, first in line 1; leave out one",
                "zoen: UTC~zoen: UTC | 2 | a name is set twice, first in line 1; leave out one",
                "database:~\tuser: x | 2 | got a tab, expected blanks: YAML does not indent by tabs",
                "database:~  user: x~\turl: y | 3 | got a tab, expected blanks: YAML does not indent by tabs",
                "zone:UTC | 1 | expected a name, a colon, a blank and the value, such as 'zone: Europe/Zurich'",
                "- zone | 1 | expected a name, a colon, a blank and the value, such as 'zone: Europe/Zurich'",
                "zone: UTC~token: %x | 2 | this is not YAML; put values with special characters in quotes",
                "zone: UTC~token: \"x~workers: 1~ | 2 | this is not YAML; put values with special characters in quotes",
                "zone: UTC~token: a: b | 2 | this is not YAML; put values with special characters in quotes",
                "workers: 1~collectors: [[a]] | 2 | collectors: expected one value, or a list of values; put values with"
                        + " special characters in quotes",
                "workers: 1~zone: !env ZONE | 2 | zone: expected a value without a tag; put values with special"
                        + " characters in quotes",
                "workers: 1~zone: a\0b | 2 | got a control character, expected text",
                "workers: 1~zone: caf\u00e9 | 2 | expected text in UTF-8",
            })
    void eachFaultOfAFileHasItsLineAndItsText(String yaml, int line, String complaint) throws IOException {
        Path file = Files.createTempFile(folder, "settings", ".yaml");
        String text = yaml.replace('~', '\n').replace("\\t", "\t").replace("\\0", "\0");
        Files.write(file, text.getBytes(StandardCharsets.ISO_8859_1));

        assertThat(complaint(Map.of("config", file.toString()), Map.of()))
                .isEqualTo(file + ", line " + line + ": " + complaint);
    }

    @Test
    void aFileOfUtf8WithAMarkIsRead() throws IOException {
        assertThat(zone(Map.of("config", file("\uFEFF# Z\u00fcrich\nzone: UTC")), Map.of()))
                .isEqualTo(ZoneId.of("UTC"));
    }

    @ParameterizedTest
    @CsvSource({"63kB, 64kB", "0MB, 1MB", "2147483648kB, 2147483647kB", "2097152MB, 2097151MB", "2048GB, 2047GB"})
    void memoryIsWhatPostgresqlCanTake(String refused, String taken) {
        assertThat(complaint(Map.of("work-mem", refused), Map.of())).startsWith("--work-mem: got \"" + refused + "\"");
        assertThat(Settings.of(Map.of("work-mem", taken), Map.of()).options().workMem)
                .isEqualTo(taken);
    }

    @Test
    void aFolderIsNoFileOfSettings() {
        assertThat(complaint(Map.of("config", folder.toString()), Map.of()))
                .isEqualTo("--config: got \"" + folder
                        + "\", expected a file that can be read, but it is a folder; correct it, or leave it out");
    }

    @Test
    void aFileThatIsNotThereIsNamed() {
        assertThat(complaint(Map.of("config", folder.resolve("none.yaml").toString()), Map.of()))
                .isEqualTo("--config: got \"" + folder.resolve("none.yaml")
                        + "\", expected a file that can be read, but it does not exist; correct it, or leave it out");
    }

    @Test
    void aSecretOnTheCommandLineIsRefused() {
        assertThat(complaint(Map.of("database.url", "postgresql://u:s3cr3t@db/indico"), Map.of()))
                .isEqualTo("--database-url: got a URL with a password, expected one without: every user of the machine"
                        + " can read a command line; give the password by --database-password-file or"
                        + " INDICO_METRICS_DATABASE_PASSWORD");
        assertThat(Settings.of(Map.of(), Map.of("INDICO_METRICS_DATABASE_URL", "postgresql://u:s3cr3t@db/indico"))
                        .databaseUrl()
                        .password())
                .isEqualTo("s3cr3t");
    }

    @Test
    void twoSourcesOfOneSecretAreRefused() {
        assertThat(complaint(Map.of("token-file", "/x"), Map.of("INDICO_METRICS_TOKEN", "s3cr3t")))
                .isEqualTo("INDICO_METRICS_TOKEN and --token-file: expected one of the two; leave out the other");
    }

    @Test
    void aMissingUrlIsOneLineWithTheWaysToGiveIt() {
        SettingException thrown = catchThrowableOfType(
                SettingException.class, () -> Settings.of(Map.of(), Map.of()).databaseUrl());

        assertThat(thrown.line())
                .isEqualTo("database.url: is missing, expected postgresql://USER@HOST/DATABASE,"
                        + " jdbc:postgresql://HOST/DATABASE or, for a Unix socket, postgresql:///DATABASE; give it by --database-url, INDICO_METRICS_DATABASE_URL or"
                        + " 'database.url' in a file that --config names (none was read)");
    }

    @Test
    void aMissingUrlNamesTheFileThatWasRead() throws IOException {
        String file = file("zone: UTC");
        SettingException thrown = catchThrowableOfType(
                SettingException.class,
                () -> Settings.of(Map.of(), Map.of("INDICO_METRICS_CONFIG", file))
                        .databaseUrl());

        assertThat(thrown.line()).endsWith("INDICO_METRICS_DATABASE_URL or 'database.url' in " + file);
    }

    private static @Nullable ZoneId zone(Map<String, String> flags, Map<String, String> environment) {
        return Settings.of(flags, environment).options().zone;
    }

    private static String complaint(Map<String, String> flags, Map<String, String> environment) {
        SettingException thrown = catchThrowableOfType(SettingException.class, () -> Settings.of(flags, environment));
        assertThat(thrown).isNotNull();
        return thrown.line();
    }

    private String file(String yaml) throws IOException {
        return Files.writeString(Files.createTempFile(folder, "settings", ".yaml"), yaml)
                .toString();
    }

    private static Map<String, String> with(Map<String, String> map, String key, String value) {
        Map<String, String> more = new HashMap<>(map);
        more.put(key, value);
        return more;
    }
}
