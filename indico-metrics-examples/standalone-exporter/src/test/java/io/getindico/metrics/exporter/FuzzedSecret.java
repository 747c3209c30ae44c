package io.getindico.metrics.exporter;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.net.URLEncoder;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Random;

/**
 * A secret of words that occur nowhere else, separated by characters with a meaning in URLs, YAML, shells or regular
 * expressions. No encoding or shortening of the secret hides all of its words.
 */
record FuzzedSecret(String text, List<String> words) {
    private static final List<String> BETWEEN = List.of(
            "",
            "'",
            "\"",
            "%",
            "%41",
            "%zz",
            "@",
            ":",
            ": ",
            "/",
            "://",
            "?",
            "&",
            "&user=",
            "#",
            " #",
            "=",
            "+",
            " ",
            "\\",
            ".*",
            "(",
            "[",
            "{",
            "}",
            "$1",
            "\\E",
            "|",
            ";",
            ",",
            "!",
            "*",
            "`",
            "<",
            ">",
            "-",
            "--",
            "é",
            "日",
            "\uD83D\uDD11",
            "\u00a0",
            "\u00ad",
            "\u0378",
            "\t",
            "\n",
            "\u0007",
            "\u0000");
    private static final List<String> IN_URLS = List.of("@", ":", "/", "://", "?", "&", "=", "%");
    private static final String LETTERS = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ";
    private static final String LETTERS_AND_DIGITS = LETTERS + "0123456789";
    private static final int LENGTH_OF_WORD = 9;

    static FuzzedSecret random(Random random) {
        List<String> words = new ArrayList<>();
        StringBuilder text = new StringBuilder(random.nextInt(4) == 0 ? between(random) : "");
        int count = 1 + random.nextInt(3);
        for (int i = 0; i < count; i++) {
            String word = word(random);
            words.add(word);
            text.append(word).append(i + 1 < count || random.nextInt(4) == 0 ? between(random) : "");
        }
        return new FuzzedSecret(text.toString(), words);
    }

    private static String between(Random random) {
        List<String> from = random.nextBoolean() ? BETWEEN : IN_URLS;
        return from.get(random.nextInt(from.size()));
    }

    private static String word(Random random) {
        String alphabet = random.nextBoolean() ? LETTERS : LETTERS_AND_DIGITS;
        StringBuilder word = new StringBuilder();
        for (int i = 0; i < LENGTH_OF_WORD; i++) {
            word.append(alphabet.charAt(random.nextInt(alphabet.length())));
        }
        return word.toString();
    }

    String encoded() {
        return URLEncoder.encode(text, UTF_8).replace("+", "%20");
    }

    /** The first line that shows one of its words, in any case. */
    Optional<String> shownIn(String output) {
        return output.lines()
                .filter(line -> words.stream()
                        .anyMatch(word -> line.toLowerCase(Locale.ROOT).contains(word.toLowerCase(Locale.ROOT))))
                .findFirst();
    }
}
