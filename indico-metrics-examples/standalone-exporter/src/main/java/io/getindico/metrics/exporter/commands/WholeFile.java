package io.getindico.metrics.exporter.commands;

import io.getindico.metrics.exporter.settings.Setting;
import io.getindico.metrics.exporter.settings.SettingException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;

/** A file that others read at any time. It is replaced as a whole, so nobody ever reads a part of it. */
record WholeFile(Path path, Path folder) {
    private static final String READABLE_BY_ALL = "rw-r--r--";

    /**
     * Checks the file before the work for it begins.
     *
     * @throws SettingException if it cannot be written
     */
    static WholeFile of(Path path) {
        Path absolute = path.toAbsolutePath();
        Path folder = absolute.getParent();
        if (folder == null || Files.isDirectory(absolute) || !Files.isDirectory(folder) || !Files.isWritable(folder)) {
            throw new SettingException("--out: got " + Setting.quoted(path.toString())
                    + ", expected a file in a folder that exists and that user " + System.getProperty("user.name")
                    + " may write; name another, or create the folder");
        }
        return new WholeFile(absolute, folder);
    }

    /** Writes a file beside it and renames that. Both are on the disk before this returns. */
    void write(byte[] content) throws IOException {
        // node_exporter reads only names that end in .prom.
        Path beside = Files.createTempFile(folder, "." + path.getFileName(), ".new");
        try {
            try (FileChannel channel = FileChannel.open(beside, StandardOpenOption.WRITE)) {
                ByteBuffer rest = ByteBuffer.wrap(content);
                while (rest.hasRemaining()) {
                    channel.write(rest);
                }
                channel.force(true);
            }
            Files.setPosixFilePermissions(beside, PosixFilePermissions.fromString(READABLE_BY_ALL));
            Files.move(beside, path, StandardCopyOption.ATOMIC_MOVE);
        } finally {
            Files.deleteIfExists(beside);
        }
        try (FileChannel names = FileChannel.open(folder, StandardOpenOption.READ)) {
            names.force(true);
        }
    }
}
