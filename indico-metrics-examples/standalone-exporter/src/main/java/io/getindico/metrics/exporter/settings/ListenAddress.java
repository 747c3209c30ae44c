package io.getindico.metrics.exporter.settings;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.net.URI;
import java.net.UnknownHostException;
import java.nio.channels.ServerSocketChannel;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The address that serves HTTP.
 *
 * @param host a name or address, IPv6 without brackets; empty for all addresses
 * @param port 0 for any free port
 */
public record ListenAddress(String host, int port) {
    private static final Pattern ADDRESS = Pattern.compile("(\\[[0-9A-Fa-f:.]+(?:%\\w+)?]|[^\\[\\]:\\s/]*):(\\d{1,5})");
    private static final int LAST_PORT = 65_535;

    static ListenAddress parse(String text) throws InvalidValueException {
        Matcher matcher = ADDRESS.matcher(text);
        if (!matcher.matches() || Integer.parseInt(matcher.group(2)) > LAST_PORT) {
            throw new InvalidValueException("HOST:PORT, [IPv6]:PORT or :PORT with a port up to 65535");
        }
        String host = matcher.group(1);
        return new ListenAddress(
                host.startsWith("[") ? host.substring(1, host.length() - 1) : host, Integer.parseInt(matcher.group(2)));
    }

    /**
     * Binds the address. Connections are accepted from now on.
     *
     * @throws IOException if the address is not available now; the message is the system's
     */
    public ServerSocketChannel open(int backlog) throws IOException {
        InetSocketAddress socket = host.isEmpty() ? new InetSocketAddress(port) : new InetSocketAddress(host, port);
        if (socket.isUnresolved()) {
            throw new UnknownHostException("the name " + host + " is not known");
        }
        ServerSocketChannel channel = ServerSocketChannel.open();
        try {
            // Closed connections of a previous run must not block the port.
            channel.setOption(StandardSocketOptions.SO_REUSEADDR, true);
            return channel.bind(socket, backlog);
        } catch (IOException e) {
            channel.close();
            throw e;
        }
    }

    /** The URL of a page for a client on this machine. */
    public URI page(String scheme, String path) {
        return URI.create(scheme + "://" + new ListenAddress(host.isEmpty() ? "localhost" : host, port) + path);
    }

    public boolean isLoopback() {
        return LocalHosts.isLoopback(host);
    }

    @Override
    public String toString() {
        return (host.contains(":") ? "[" + host + "]" : host) + ":" + port;
    }
}
