package io.getindico.metrics.collectors.hosts;

import java.io.File;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;

/** The files and folders on the class path of the tests. */
final class ClassPath {
    private ClassPath() {}

    static List<Path> elements() {
        return Pattern.compile(File.pathSeparator, Pattern.LITERAL)
                .splitAsStream(System.getProperty("java.class.path"))
                .map(Path::of)
                .toList();
    }
}
