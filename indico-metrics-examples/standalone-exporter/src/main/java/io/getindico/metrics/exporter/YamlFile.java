package io.getindico.metrics.exporter;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.snakeyaml.engine.v2.api.ConstructNode;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.exceptions.MarkedYamlEngineException;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;
import org.snakeyaml.engine.v2.nodes.Tag;
import org.snakeyaml.engine.v2.schema.FailsafeSchema;

/**
 * Reads settings from a YAML file, where names may be dotted or nested. All scalars are text, so that a password of
 * digits keeps its zeros. What the parser says of an error is not passed on: it quotes the file, secrets included.
 */
final class YamlFile {
    private static final int MAX_SIZE = 1 << 20;

    private final Path file;
    private final Map<String, String> settings = new LinkedHashMap<>();

    private YamlFile(Path file) {
        this.file = file;
    }

    static Map<String, String> read(Path file, String spelling) {
        YamlFile yaml = new YamlFile(file);
        Object root = yaml.load(spelling);
        if (root != null && !root.equals("")) {
            yaml.flatten("", root);
        }
        return yaml.settings;
    }

    private @Nullable Object load(String spelling) {
        LoadSettings load = LoadSettings.builder()
                .setLabel("settings")
                .setSchema(new TextSchema())
                .setCodePointLimit(MAX_SIZE)
                .build();
        try (InputStream in = Files.newInputStream(file)) {
            // Read here, so that an error of reading is not taken for one of YAML.
            return new Load(load).loadFromInputStream(new ByteArrayInputStream(in.readNBytes(MAX_SIZE + 1)));
        } catch (IOException e) {
            throw new SettingException(spelling + ": got " + Setting.quoted(file.toString())
                    + ", expected a file that can be read; correct it, or leave it out");
        } catch (MarkedYamlEngineException e) {
            throw malformed(Optional.ofNullable(e.getProblemMark())
                    .flatMap(mark -> mark)
                    .map(mark -> ", line " + (mark.getLine() + 1))
                    .orElse(""));
        } catch (YamlEngineException e) {
            throw malformed("");
        }
    }

    private SettingException malformed(String where) {
        return new SettingException(file + where
                + ": expected lines of YAML such as 'zone: Europe/Zurich', each setting once; put values with special"
                + " characters in quotes");
    }

    private void flatten(String prefix, Object node) {
        if (node instanceof Map<?, ?> map) {
            map.forEach((key, value) ->
                    flatten(prefix.isEmpty() ? String.valueOf(key) : prefix + "." + key, value == null ? "" : value));
        } else if (prefix.isEmpty()) {
            throw malformed("");
        } else if (settings.put(prefix, scalar(node)) != null) {
            throw malformed("");
        }
    }

    private String scalar(Object node) {
        if (node instanceof List<?> list) {
            if (list.stream().anyMatch(item -> !(item instanceof String))) {
                throw malformed("");
            }
            return list.stream().map(String::valueOf).collect(Collectors.joining(","));
        }
        return String.valueOf(node);
    }

    /** Text and nothing else: no numbers, no dates; what is empty is empty text. */
    private static final class TextSchema extends FailsafeSchema {
        @Override
        public Map<Tag, ConstructNode> getSchemaTagConstructors() {
            return Map.of(Tag.NULL, node -> "");
        }
    }
}
