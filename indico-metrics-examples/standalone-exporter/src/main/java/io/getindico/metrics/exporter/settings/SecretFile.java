package io.getindico.metrics.exporter.settings;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFileAttributeView;
import java.nio.file.attribute.PosixFilePermission;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A file that holds one secret, optionally followed by a newline. */
public record SecretFile(Path path) {
    private static final int MAX_SIZE = 8192;

    public String read() throws InvalidValueException {
        byte[] bytes;
        try (InputStream in = Files.newInputStream(path)) {
            bytes = in.readNBytes(MAX_SIZE + 1);
        } catch (IOException e) {
            throw new InvalidValueException("a file that can be read, but " + UnreadablePath.reason(path, e));
        }
        if (bytes.length > MAX_SIZE) {
            throw new InvalidValueException("a file of at most " + MAX_SIZE + " bytes");
        }
        String secret = decode(bytes);
        if (secret.endsWith("\n")) {
            secret = secret.substring(0, secret.length() - (secret.endsWith("\r\n") ? 2 : 1));
        }
        if (secret.isEmpty()) {
            throw new InvalidValueException("a file that is not empty");
        }
        if (secret.chars().anyMatch(Character::isISOControl)) {
            throw new InvalidValueException("a file of one line");
        }
        return secret;
    }

    private static String decode(byte[] bytes) throws InvalidValueException {
        try {
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(bytes))
                    .toString();
        } catch (CharacterCodingException e) {
            throw new InvalidValueException("a file of UTF-8 text");
        }
    }

    /** Checks the parent folders too, since other users must be able to enter each of them. */
    public boolean isReadableByAll() {
        try {
            Path real = path.toRealPath();
            boolean isReadable = othersMay(PosixFilePermission.OTHERS_READ, real);
            for (Path folder = real.getParent(); isReadable && folder != null; folder = folder.getParent()) {
                isReadable = othersMay(PosixFilePermission.OTHERS_EXECUTE, folder);
            }
            return isReadable;
        } catch (IOException e) {
            return false;
        }
    }

    private static boolean othersMay(PosixFilePermission permission, Path path) throws IOException {
        PosixFileAttributeView view = Files.getFileAttributeView(path, PosixFileAttributeView.class);
        return view != null && view.readAttributes().permissions().contains(permission);
    }

    /** Warns of each secret file in the settings that other users may read. */
    public static List<String> warnings(Settings settings) {
        List<String> warnings = new ArrayList<>();
        warn(Options.DATABASE_PASSWORD_FILE, settings.options().databasePasswordFile, warnings);
        warn(Options.TOKEN_FILE, settings.options().tokenFile, warnings);
        warn(Options.WEB_CONFIG_FILE, settings.options().webConfigFile, warnings);
        warn(Options.OTLP_HEADERS_FILE, settings.options().otlpHeadersFile, warnings);
        return warnings;
    }

    private static void warn(String setting, @Nullable Path path, List<String> warnings) {
        if (path != null && new SecretFile(path).isReadableByAll()) {
            warnings.add(setting + ": " + path + " can be read by every user of the machine; run chmod o-r on it");
        }
    }

    /** Reads the file that a setting names, and reports any flaw as a flaw of that setting. */
    public static String read(Settings settings, String setting, Path path) {
        try {
            return new SecretFile(path).read();
        } catch (InvalidValueException e) {
            throw refused(settings, setting, path, e.expectation());
        }
    }

    public static SettingException refused(Settings settings, String setting, Path path, String expectation) {
        return settings.refused(
                setting,
                "got " + Setting.quoted(path.toString()) + ", expected " + expectation
                        + "; correct the file or name another");
    }
}
