package io.getindico.metrics.exporter;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** nginx in front of an exporter. */
record Proxy(Program program, int port) implements AutoCloseable {
    private static final String MAIN = """
            daemon off;
            master_process off;
            pid nginx.pid;
            error_log stderr;
            events {}
            http {
                access_log access.log;
                client_body_temp_path body;
                proxy_temp_path proxy;
                fastcgi_temp_path fastcgi;
                scgi_temp_path scgi;
                uwsgi_temp_path uwsgi;
                include nginx.conf;
            }
            """;

    /** Starts with the file that the operations page shows. */
    static Proxy start(Path folder, URI exporter) throws Exception {
        int port = PrometheusServer.freePort();
        makeCertificates(folder);
        new DeployFile("nginx.conf")
                .copy(
                        folder,
                        Map.of(
                                "listen 443",
                                "listen 127.0.0.1:" + port,
                                "metrics.example.org",
                                "localhost",
                                "/etc/indico-metrics-exporter/tls",
                                folder.toString(),
                                "127.0.0.1:10742",
                                exporter.getAuthority()));
        return start(folder, port);
    }

    /** Starts without TLS, with the exporter's pages under a prefix. */
    static Proxy startUnder(String prefix, Path folder, URI exporter) throws Exception {
        int port = PrometheusServer.freePort();
        Files.writeString(folder.resolve("nginx.conf"), """
                        server {
                            listen 127.0.0.1:%d;
                            location %s { proxy_pass http://%s/; }
                        }
                        """.formatted(port, prefix, exporter.getAuthority()));
        return start(folder, port);
    }

    private static Proxy start(Path folder, int port) throws Exception {
        Path main = Files.writeString(folder.resolve("main.conf"), MAIN);
        Program program = Program.start(
                List.of(
                        Tools.require("nginx").toString(),
                        "-p",
                        folder.toString(),
                        "-e",
                        "stderr",
                        "-c",
                        main.toString()),
                Map.of());
        Waiting.until("nginx listens: " + program.err(), () -> listens(port));
        return new Proxy(program, port);
    }

    private static boolean listens(int port) {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
            return socket.isConnected();
        } catch (IOException e) {
            return false;
        }
    }

    /** The certificate of the authority that signed the proxy's. */
    static Path authority(Path folder) {
        return folder.resolve("ca.pem");
    }

    /** Creates an authority and a proxy certificate signed by it. */
    private static void makeCertificates(Path folder) throws Exception {
        openssl(folder, "-subj", "/CN=Authority", "-keyout", "ca-key.pem", "-out", "ca.pem");
        openssl(
                folder,
                "-subj",
                "/CN=localhost",
                "-addext",
                "subjectAltName=DNS:localhost",
                "-addext",
                "basicConstraints=critical,CA:FALSE",
                "-CA",
                "ca.pem",
                "-CAkey",
                "ca-key.pem",
                "-keyout",
                "key.pem",
                "-out",
                "certificate.pem");
    }

    private static void openssl(Path folder, String... options) throws Exception {
        List<String> command = new ArrayList<>(List.of(Tools.require("openssl").toString()));
        command.addAll(List.of("req", "-x509", "-nodes", "-days", "2", "-newkey", "rsa:2048"));
        command.addAll(List.of(options));
        Process process = new ProcessBuilder(command)
                .directory(folder.toFile())
                .redirectErrorStream(true)
                .redirectOutput(folder.resolve("openssl.log").toFile())
                .start();
        assertThat(process.waitFor())
                .as(Files.readString(folder.resolve("openssl.log")))
                .isZero();
    }

    @Override
    public void close() throws IOException {
        program.close();
    }
}
