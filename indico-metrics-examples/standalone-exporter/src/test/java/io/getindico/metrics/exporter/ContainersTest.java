package io.getindico.metrics.exporter;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.getindico.metrics.exporter.commands.CommandLineTest;
import io.getindico.metrics.exporter.commands.ExporterMain;
import io.getindico.metrics.exporter.settings.Options;
import io.getindico.metrics.exporter.settings.Setting;
import io.getindico.metrics.exporter.settings.Settings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;

/** The files for Compose and Kubernetes fit the image, and the image fits the exporter. */
final class ContainersTest {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String CONFIG = Setting.variable(Options.CONFIG);

    private final Containerfile image = Containerfile.read();

    @TempDir
    Path folder;

    ContainersTest() throws IOException {}

    @Test
    void theImageServes() throws IOException {
        assertThat(image.words("ENTRYPOINT")).last().isEqualTo(ExporterMain.class.getName());
        assertThat(CommandLineTest.parse(image.words("CMD").toArray(String[]::new))
                        .command()
                        .isService())
                .isTrue();
        Settings settings = inContainer(new DeployFile("exporter.yaml").text(), Map.of());
        assertThat(settings.options().listen.host()).isEmpty();
        assertThat(settings.options().listen.port()).isEqualTo(port());
    }

    private int port() {
        return Integer.parseInt(image.words("EXPOSE").get(0));
    }

    /** The settings of a container with this file and these variables. */
    private Settings inContainer(String file, Map<String, String> variables) throws IOException {
        Map<String, String> environment = new HashMap<>(image.environment());
        environment.putAll(variables);
        environment.put(
                CONFIG, Files.writeString(folder.resolve("exporter.yaml"), file).toString());
        Settings settings = Settings.of(Map.of(), environment);
        assertThat(settings.warnings()).isEmpty();
        return settings;
    }

    @Test
    void composeStartsTheImage() throws IOException {
        JsonNode compose = documents(new DeployFile("compose.yaml").text()).get(0);
        JsonNode exporter = compose.at("/services/exporter");
        assertThat(exporter.path("image").asText()).isEqualTo("indico-metrics-exporter:VERSION");
        Map<String, String> variables = new TreeMap<>();
        exporter.path("environment")
                .properties()
                .forEach(variable ->
                        variables.put(variable.getKey(), variable.getValue().asText()));
        assertThat(files(inContainer(new DeployFile("exporter.yaml").text(), variables)))
                .allSatisfy(file -> assertThat(mounts(exporter)).contains(file.toString()));
        assertThat(mounts(exporter)).contains(image.environment().get(CONFIG));

        for (JsonNode service : compose.path("services")) {
            service.path("configs")
                    .forEach(config -> assertThat(compose.path("configs")
                                    .has(config.path("source").asText()))
                            .as(config.toString())
                            .isTrue());
        }
        JsonNode prometheus =
                documents(compose.at("/configs/prometheus/content").asText()).get(0);
        JsonNode job = prometheus.at("/scrape_configs/0");
        assertThat(job.at("/static_configs/0/targets/0").asText()).isEqualTo("exporter:" + port());
        assertThat(mounts(compose.at("/services/prometheus")))
                .contains(
                        job.at("/authorization/credentials_file").asText(),
                        prometheus.at("/rule_files/0").asText().replace("/*.yml", ""));
    }

    /** Where the container has the files of the host. */
    private static List<String> mounts(JsonNode service) {
        List<String> targets = new ArrayList<>();
        service.path("volumes").forEach(volume -> targets.add(volume.asText().split(":", -1)[1]));
        return targets;
    }

    private static List<Path> files(Settings settings) {
        Options options = settings.options();
        List<Path> files = Stream.of(options.databasePasswordFile, options.tokenFile)
                .filter(file -> file != null)
                .toList();
        assertThat(files).hasSize(2);
        return files;
    }

    @Test
    void kubernetesStartsTheImage() throws Exception {
        JsonNode manifests = manifests();
        JsonNode pod = manifests.at("/Deployment/spec/template/spec");
        JsonNode container = pod.at("/containers/0");
        assertThat(container.path("image").asText())
                .isEqualTo("indico-metrics-exporter:" + BuildInfo.get().version());
        assertThat(container.at("/ports/0/containerPort").asInt()).isEqualTo(port());
        assertThat(manifests.at("/NetworkPolicy/spec/ingress/0/ports/0/port").asInt())
                .isEqualTo(port());
        assertThat(image.words("USER"))
                .containsExactly(pod.at("/securityContext/runAsUser").asText() + ":"
                        + pod.at("/securityContext/fsGroup").asText());

        Map<String, String> paths = new HashMap<>();
        container
                .path("volumeMounts")
                .forEach(mount -> paths.put(
                        mount.path("name").asText(), mount.path("mountPath").asText()));
        assertThat(paths).containsEntry("settings", image.environment().get(CONFIG));
        Settings settings =
                inContainer(manifests.at("/ConfigMap/data/exporter.yaml").asText(), Map.of());
        assertThat(settings.options().listen.port()).isEqualTo(port());
        assertThat(settings.options().listen.isLoopback()).isFalse();
        assertThat(files(settings)).allSatisfy(file -> {
            assertThat(file.getParent()).hasToString(paths.get("secrets"));
            assertThat(manifests.at("/Secret/stringData").has(file.getFileName().toString()))
                    .isTrue();
        });
        assertThat(manifests.at("/PodMonitor/spec/podMetricsEndpoints/0/port"))
                .isEqualTo(container.at("/ports/0/name"));
        assertThat(manifests.at("/PrometheusRule/spec/groups")).isNotEmpty();
    }

    @Test
    void theProbesOfKubernetesNeedNoTokenAndNoDatabase() throws Exception {
        JsonNode container = manifests().at("/Deployment/spec/template/spec/containers/0");
        // The first attempt to read does not end while the probes are sent.
        try (Relay silent = Relay.silent();
                Exporter exporter = Exporter.start(TestDatabase.settingsFor(
                        "missing",
                        "token",
                        "s3cr3t",
                        "database.url",
                        "jdbc:postgresql://127.0.0.1:" + silent.port() + "/indico"))) {
            for (String alive : List.of("startupProbe", "livenessProbe")) {
                assertThat(probe(exporter, container.path(alive))).isEqualTo(200);
            }
            assertThat(probe(exporter, container.path("readinessProbe"))).isEqualTo(503);
        }
    }

    private static int probe(Exporter exporter, JsonNode probe) throws IOException {
        return Answer.get(exporter.uri().resolve(probe.at("/httpGet/path").asText()))
                .status();
    }

    /** The first one of each kind. */
    private static JsonNode manifests() throws Exception {
        Path script = Path.of("../../packaging/kubernetes").toRealPath();
        try (Program kubernetes = Program.start(List.of(script.toString()), Map.of())) {
            assertThat(kubernetes.exitCode(60)).as(kubernetes.err()).isZero();
            ObjectNode manifests = JSON.createObjectNode();
            documents(kubernetes.out())
                    .forEach(document ->
                            manifests.putIfAbsent(document.path("kind").asText(), document));
            return manifests;
        }
    }

    private static List<JsonNode> documents(String yaml) {
        List<JsonNode> documents = new ArrayList<>();
        new Load(LoadSettings.builder().build())
                .loadAllFromString(yaml)
                .forEach(document -> documents.add(JSON.valueToTree(document)));
        return documents;
    }
}
