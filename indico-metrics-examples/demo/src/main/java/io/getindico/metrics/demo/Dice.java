package io.getindico.metrics.demo;

import java.time.Duration;
import java.util.List;
import java.util.Random;

/** All chance in the demo. The seed is fixed, so that every demo begins alike. */
final class Dice {
    private static final long SEED = 10_742;

    private final Random random = new Random(SEED);

    /** Returns true in that share of all cases. */
    boolean chance(double share) {
        return random.nextDouble() < share;
    }

    /** Returns a number from the first to the second, both included. */
    int between(int least, int most) {
        return least + random.nextInt(most - least + 1);
    }

    /** Returns a duration of whole seconds from the first to the second. */
    Duration between(Duration least, Duration most) {
        return Duration.ofSeconds(between((int) least.toSeconds(), (int) most.toSeconds()));
    }

    /** Returns a part of the whole; the higher the power, the more often a small one. */
    Duration partOf(Duration whole, double power) {
        return Duration.ofSeconds((long) (whole.toSeconds() * Math.pow(random.nextDouble(), power)));
    }

    /** Returns a number with that median, sometimes many times smaller or larger. */
    long spreadAround(long median) {
        return Math.round(median * Math.exp(1.5 * random.nextGaussian()));
    }

    /** Returns the index of one of the weights, the heavier the more often. */
    int weighted(double... weights) {
        double total = 0;
        for (double weight : weights) {
            total += weight;
        }
        double rest = random.nextDouble() * total;
        int index = 0;
        while (index < weights.length - 1 && rest >= weights[index]) {
            rest -= weights[index++];
        }
        return index;
    }

    <T> T pick(List<T> list) {
        return list.get(random.nextInt(list.size()));
    }

    /** For what wants a source of its own. */
    Random random() {
        return random;
    }
}
