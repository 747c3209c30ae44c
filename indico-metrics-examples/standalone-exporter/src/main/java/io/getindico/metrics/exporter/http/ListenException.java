package io.getindico.metrics.exporter.http;

import io.getindico.metrics.exporter.settings.Options;
import io.getindico.metrics.exporter.settings.Setting;
import io.getindico.metrics.exporter.settings.SettingException;
import io.getindico.metrics.exporter.settings.Settings;
import java.io.IOException;
import java.net.UnknownHostException;

/**
 * The HTTP address is not available now: its port is in use, this machine does not have the address, or the user lacks
 * the permission. Unlike a {@link SettingException}, this may pass. The message is one line for the operator: the
 * setting as the operator spelled it, the value, the cause in the system's words, and what to do.
 *
 * @since 0.1.0
 */
public final class ListenException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private ListenException(String line, IOException cause) {
        super(line, cause);
    }

    public static ListenException of(Settings settings, IOException cause) {
        String address = settings.options().listen.toString();
        return new ListenException(
                settings.spelling(Options.LISTEN) + ": got " + Setting.quoted(address)
                        + ", but cannot listen there now: " + cause.getMessage() + "; " + remedy(cause),
                cause);
    }

    public String line() {
        return String.valueOf(getMessage());
    }

    /**
     * Java uses the same exception type for all causes. The system's message is English unless its locale has a
     * translation.
     */
    private static String remedy(IOException cause) {
        String message = String.valueOf(cause.getMessage());
        if (cause instanceof UnknownHostException) {
            return "correct the name, or wait until it can be looked up";
        }
        if (message.contains("already in use")) {
            return "end what listens there (ss -ltnp shows it), or choose another port";
        }
        if (message.contains("Cannot assign")) {
            return "wait until this machine has the address, or choose one that it has (ip address shows them)";
        }
        if (message.contains("denied")) {
            return "choose a port from 1024 on, with a proxy in front of it if need be, or give the user the right to"
                    + " this one";
        }
        return "choose an address of this machine and a free port";
    }
}
