package io.getindico.metrics.exporter.settings;

import java.util.regex.Pattern;

/** Decides whether a host is this machine. Only the name counts, because a DNS answer can be forged. */
final class LocalHosts {
    private static final Pattern LOOPBACK =
            Pattern.compile("(?i)localhost\\.?|127(\\.\\d{1,3}){3}|(0{0,4}:){2,7}0{0,3}1");

    private LocalHosts() {}

    static boolean isLoopback(String host) {
        return LOOPBACK.matcher(host).matches();
    }
}
