package io.getindico.metrics.exporter.settings;

import java.util.Collection;
import java.util.Comparator;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Guesses which known name a mistyped one stands for. */
public final class DidYouMean {
    private static final String SEPARATORS = "._-/";

    private DidYouMean() {}

    /** Returns {@code  (did you mean zone?)}, or an empty text if no name is close. */
    public static String hint(String typed, Collection<String> known) {
        String nearest = find(typed, known);
        return nearest == null ? "" : " (did you mean " + nearest + "?)";
    }

    static @Nullable String find(String typed, Collection<String> known) {
        String lower = typed.toLowerCase(Locale.ROOT);
        return known.stream()
                .filter(name -> isNear(lower, name.toLowerCase(Locale.ROOT)))
                .min(Comparator.<String>comparingInt(name -> distance(lower, name.toLowerCase(Locale.ROOT)))
                        .thenComparing(Comparator.naturalOrder()))
                .orElse(null);
    }

    /** Ignores leading words that both names share: INDICO_METRICS_ makes no two names similar. */
    private static boolean isNear(String typed, String name) {
        int same = 0;
        for (int i = 0; i < Math.min(typed.length(), name.length()) && typed.charAt(i) == name.charAt(i); i++) {
            if (SEPARATORS.indexOf(typed.charAt(i)) >= 0) {
                same = i + 1;
            }
        }
        int rest = typed.length() - same;
        return distance(typed.substring(same), name.substring(same)) <= Math.max(2, (rest + 2) / 3);
    }

    /** The number of letters to insert, delete, replace or swap with their neighbour. */
    private static int distance(String a, String b) {
        int[][] steps = new int[a.length() + 1][b.length() + 1];
        for (int i = 0; i <= a.length(); i++) {
            for (int j = 0; j <= b.length(); j++) {
                steps[i][j] = i == 0 || j == 0 ? i + j : fewest(steps, a, b, i, j);
            }
        }
        return steps[a.length()][b.length()];
    }

    private static int fewest(int[][] steps, String a, String b, int i, int j) {
        int replaced = steps[i - 1][j - 1] + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
        int fewest = Math.min(replaced, 1 + Math.min(steps[i - 1][j], steps[i][j - 1]));
        boolean isSwapped = i > 1 && j > 1 && a.charAt(i - 1) == b.charAt(j - 2) && a.charAt(i - 2) == b.charAt(j - 1);
        return isSwapped ? Math.min(fewest, 1 + steps[i - 2][j - 2]) : fewest;
    }
}
