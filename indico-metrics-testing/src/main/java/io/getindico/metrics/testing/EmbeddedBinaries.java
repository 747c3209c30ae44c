package io.getindico.metrics.testing;

import io.zonky.test.db.postgres.embedded.DefaultPostgresBinaryResolver;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;
import org.apache.commons.compress.compressors.xz.XZCompressorInputStream;

/** PostgreSQL from a jar, unpacked once per user and version into the temporary folder. */
final class EmbeddedBinaries {
    private static final String PREFIX = "indico-metrics-postgres-binaries-";
    private static final int OWNER_EXECUTABLE = 0100;
    private static final String EVERYONE_RUNS = "rwxr-xr-x";
    private static final String EVERYONE_READS = "rw-r--r--";

    private EmbeddedBinaries() {}

    static Path folder() throws IOException {
        byte[] archive = archive();
        Path unpacked = Files.createTempDirectory(PREFIX);
        Path target = unpacked.resolveSibling(PREFIX + System.getProperty("user.name") + "-" + checksum(archive));
        if (isOurs(target, unpacked)) {
            Files.delete(unpacked);
            return target.resolve("bin");
        }
        unpack(archive, unpacked);
        return moved(unpacked, target).resolve("bin");
    }

    private static byte[] archive() throws IOException {
        try (InputStream in = DefaultPostgresBinaryResolver.INSTANCE.getPgBinary(system(), machine())) {
            return in.readAllBytes();
        } catch (IllegalStateException e) {
            throw new IOException(e.getMessage() + " for " + system() + " on " + machine(), e);
        }
    }

    private static String system() {
        String name = System.getProperty("os.name");
        return name.startsWith("Windows") ? "Windows" : name.startsWith("Mac") ? "Darwin" : name;
    }

    private static String machine() {
        String name = System.getProperty("os.arch");
        return name.equals("amd64") ? "x86_64" : name;
    }

    private static String checksum(byte[] archive) {
        try {
            byte[] digest = MessageDigest.getInstance("SHA-256").digest(archive);
            return HexFormat.of().formatHex(digest, 0, 8);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    /**
     * Whether this user owns the folder. Other users may write to the temporary folder, and their programs must not
     * run.
     */
    private static boolean isOurs(Path target, Path created) throws IOException {
        return Files.isDirectory(target, LinkOption.NOFOLLOW_LINKS)
                && Files.getOwner(target, LinkOption.NOFOLLOW_LINKS).equals(Files.getOwner(created));
    }

    private static void unpack(byte[] archive, Path target) throws IOException {
        try (TarArchiveInputStream tar =
                new TarArchiveInputStream(new XZCompressorInputStream(new ByteArrayInputStream(archive)))) {
            for (TarArchiveEntry entry = tar.getNextEntry(); entry != null; entry = tar.getNextEntry()) {
                unpack(tar, entry, target.resolve(entry.getName()));
            }
        }
        Folders.permit(target, EVERYONE_RUNS);
    }

    private static void unpack(TarArchiveInputStream tar, TarArchiveEntry entry, Path file) throws IOException {
        if (entry.isDirectory()) {
            Files.createDirectories(file);
            return;
        }
        Files.createDirectories(file.getParent());
        if (entry.isSymbolicLink()) {
            Files.createSymbolicLink(file, Path.of(entry.getLinkName()));
            return;
        }
        Files.copy(tar, file);
        Folders.permit(file, (entry.getMode() & OWNER_EXECUTABLE) != 0 ? EVERYONE_RUNS : EVERYONE_READS);
    }

    /**
     * Moves the folder in one step, because another process may be doing the same. If the other process was faster,
     * this one uses its folder.
     */
    private static Path moved(Path unpacked, Path target) throws IOException {
        try {
            return Files.move(unpacked, target, StandardCopyOption.ATOMIC_MOVE);
        } catch (FileSystemException e) {
            if (!isOurs(target, unpacked)) {
                throw new IOException(target + " already exists and belongs to another user", e);
            }
            Folders.delete(unpacked);
            return target;
        }
    }
}
