package io.getindico.metrics.api.engine;

import io.getindico.metrics.api.FamilyHistory;
import io.getindico.metrics.api.Label;
import io.getindico.metrics.api.MetricFamily;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The changes of all series of a history, in any order. */
final class HistoryChanges {
    /** The place for what is not dated. Earlier steps than the first one follow. */
    private static final int UNDATED = 0;

    private final int first;
    private final int places;
    private final Map<Series, Places> changes = new LinkedHashMap<>();

    private record Series(MetricFamily family, List<@Nullable Object> labelValues) {}

    HistoryChanges(RegisteredQuery query, FamilyHistory history, HistorySpan span) {
        int longest = query.families().stream()
                .mapToInt(family -> history.lasting(family).orElse(1))
                .max()
                .orElse(1);
        this.first = 1 + longest;
        this.places = first + span.steps();
    }

    void add(int step, MetricFamily family, double by, @Nullable Object[] labelValues) {
        int place = step == FamilyHistory.UNDATED ? UNDATED : Math.max(UNDATED + 1, first + step);
        // This list, unlike others, takes null.
        changes.computeIfAbsent(new Series(family, Arrays.asList(labelValues)), key -> new Places(places))
                .add(place, by);
    }

    void add(HistoryChanges more) {
        more.changes.forEach((series, places) ->
                changes.computeIfAbsent(series, key -> new Places(this.places)).add(places));
    }

    /** Whether a label has more values than its limit, so that each part may have kept other ones. */
    boolean isBeyondLimits() {
        Map<MetricFamily, Map<Label, Set<List<@Nullable Object>>>> found = new LinkedHashMap<>();
        for (Series series : changes.keySet()) {
            List<Label> labels = series.family().labels();
            List<@Nullable Object> open = new ArrayList<>();
            for (int i = 0; i < labels.size(); i++) {
                Label label = labels.get(i);
                if (label.isClosed()) {
                    continue;
                }
                Set<List<@Nullable Object>> values = found.computeIfAbsent(
                                series.family(), key -> new LinkedHashMap<>())
                        .computeIfAbsent(label, key -> new HashSet<>());
                open.add(series.labelValues().get(i));
                values.add(new ArrayList<>(open));
                if (values.size() > label.maxValues()
                        || Label.OTHER.equals(series.labelValues().get(i))) {
                    return true;
                }
            }
        }
        return false;
    }

    void replay(HistoryValues values) {
        for (int place = 0; place < places; place++) {
            int step = place == UNDATED ? FamilyHistory.UNDATED : place - first;
            for (Map.Entry<Series, Places> entry : changes.entrySet()) {
                double by = entry.getValue().at(place);
                if (!Double.isNaN(by)) {
                    Series series = entry.getKey();
                    values.change(
                            step, series.family(), by, series.labelValues().toArray());
                }
            }
        }
    }

    /** The changes of one series. Small whole numbers take two bytes each, because there are 175,000 hours in 20 years. */
    private static final class Places {
        private static final short NONE = Short.MIN_VALUE;

        private short[] small;
        private double @Nullable [] large;

        Places(int size) {
            this.small = new short[size];
            Arrays.fill(small, NONE);
        }

        void add(int place, double by) {
            double before = at(place);
            double sum = Double.isNaN(before) ? by : before + by;
            if (large == null && (short) sum == sum && sum != NONE) {
                small[place] = (short) sum;
            } else {
                enlarged()[place] = sum;
            }
        }

        void add(Places more) {
            int size = large == null ? small.length : large.length;
            for (int place = 0; place < size; place++) {
                double by = more.at(place);
                if (!Double.isNaN(by)) {
                    add(place, by);
                }
            }
        }

        /** Not a number where there is no change. */
        double at(int place) {
            if (large != null) {
                return large[place];
            }
            return small[place] == NONE ? Double.NaN : small[place];
        }

        private double[] enlarged() {
            double[] enlarged = large;
            if (enlarged == null) {
                enlarged = new double[small.length];
                for (int place = 0; place < enlarged.length; place++) {
                    enlarged[place] = at(place);
                }
                large = enlarged;
                small = new short[0];
            }
            return enlarged;
        }
    }
}
