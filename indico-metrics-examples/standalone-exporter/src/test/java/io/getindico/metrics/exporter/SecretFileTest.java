package io.getindico.metrics.exporter;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.getindico.metrics.exporter.database.Credentials;
import io.getindico.metrics.exporter.settings.SecretFile;
import io.getindico.metrics.exporter.settings.SettingException;
import io.getindico.metrics.exporter.settings.Settings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.SQLException;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class SecretFileTest {
    @TempDir
    Path folder;

    @ParameterizedTest
    @ValueSource(strings = {"s3cr3t", "s3cr3t\n", "s3cr3t\r\n"})
    void cutsTheNewlineAtTheEnd(String content) throws Exception {
        assertThat(new SecretFile(file(content)).read()).isEqualTo("s3cr3t");
    }

    @Test
    void keepsBlanksWhichMayBelongToThePassword() throws Exception {
        assertThat(new SecretFile(file(" s3 cr3t \n")).read()).isEqualTo(" s3 cr3t ");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "\n", "\r\n", "a\nb\n", "\u0000"})
    void refusesInvalidSecrets(String content) throws IOException {
        Path file = file(content);

        assertThat(complaint("token-file", file))
                .startsWith("token-file: got \"" + file + "\", expected a file ")
                .endsWith("; correct the file or name another");
    }

    @Test
    void refusesMissingAndTooLargeFiles() throws IOException {
        assertThat(complaint("token-file", folder.resolve("none")))
                .contains("expected a file that can be read, but it does not exist; ");
        assertThat(complaint("token-file", folder)).contains("expected a file that can be read, but it is a folder; ");
        assertThat(complaint("token-file", file("x".repeat(9000)))).contains("at most 8192 bytes");
        assertThat(complaint("token-file", file("two words")))
                .contains("without blanks")
                .doesNotContain("two words");
        assertThat(complaint("database.password-file", folder.resolve("none")))
                .startsWith("database.password-file: got ");
    }

    @Test
    void saysIfEverybodyCanReadIt() throws IOException {
        permit(folder, "rwxr-xr-x");
        Path file = file("s3cr3t");
        permit(file, "rw-r-----");
        assertThat(new SecretFile(file).isReadableByAll()).isFalse();
        permit(file, "rw-r--r--");
        assertThat(new SecretFile(file).isReadableByAll()).isTrue();
        permit(folder, "rwxr-x--x");
        assertThat(new SecretFile(file).isReadableByAll()).isTrue();
    }

    @Test
    void aParentFolderCanKeepOthersOut() throws IOException {
        permit(folder, "rwxr-xr-x");
        Path closed = Files.createDirectory(folder.resolve("closed"));
        Path inner = Files.createDirectory(closed.resolve("inner"));
        Path file = Files.writeString(inner.resolve("secret"), "s3cr3t");
        Path link = Files.createSymbolicLink(folder.resolve("link"), file);
        permit(file, "rw-r--r--");
        permit(inner, "rwxr-xr-x");
        permit(closed, "rwxr-x---");
        assertThat(new SecretFile(file).isReadableByAll()).isFalse();
        assertThat(new SecretFile(link).isReadableByAll()).isFalse();
        permit(closed, "rwxr-x--x");
        assertThat(new SecretFile(file).isReadableByAll()).isTrue();
        assertThat(new SecretFile(link).isReadableByAll()).isTrue();
    }

    private static void permit(Path path, String permissions) throws IOException {
        Files.setPosixFilePermissions(path, PosixFilePermissions.fromString(permissions));
    }

    @Test
    void aPasswordFileIsReadAgainForEachConnection() throws Exception {
        Path file = file("first\n");
        Credentials credentials = Credentials.of(Settings.of(
                Map.of("database.url", "postgresql://u@localhost/indico", "database.password-file", file.toString())));

        assertThat(credentials.currentPassword()).isEqualTo("first");
        Files.writeString(file, "second\n");
        assertThat(credentials.currentPassword()).isEqualTo("second");
        Files.delete(file);
        SQLException thrown = catchThrowableOfType(SQLException.class, credentials::currentPassword);
        assertThat(thrown.getSQLState()).isEqualTo("08001");
        assertThat(thrown.getMessage()).contains(file.toString());
        assertThat(credentials.toString()).doesNotContain("second");
    }

    @Test
    void aSettingOfItsOwnWinsOverTheUrl() {
        Credentials credentials = Credentials.of(Settings.of(Map.of(
                "database.url", "postgresql://a:b@localhost/indico",
                "database.user", "c",
                "database.password", "d")));

        assertThat(credentials).isEqualTo(new Credentials("c", "d", null));
    }

    private static String complaint(String setting, Path file) {
        SettingException thrown = catchThrowableOfType(
                SettingException.class,
                () -> Exporter.start(
                        Map.of("database.url", "postgresql://localhost/indico", setting, file.toString())));
        assertThat(thrown).isNotNull();
        return thrown.line();
    }

    private Path file(String content) throws IOException {
        return Files.writeString(Files.createTempFile(folder, "secret", ""), content);
    }
}
