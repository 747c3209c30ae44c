package io.getindico.metrics.api.engine;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;

class DatabaseShareTest {
    private static final double TOTAL = 0.01;

    private static double taken(double limit, List<Double> needs) {
        return needs.stream().mapToDouble(need -> Math.min(need, limit)).sum();
    }

    private static void assertAddsUp(DatabaseShare share, List<Double> live, List<Double> others) {
        assertThat(taken(share.live(), live) + taken(share.other(), others)).isCloseTo(TOTAL, Offset.offset(1e-12));
    }

    @Test
    void nothingIsLimitedWhileAllNeedsFit() {
        DatabaseShare share = DatabaseShare.divide(TOTAL, List.of(0.002, 0.003), List.of(0.004, 0.001));
        assertThat(share).isEqualTo(new DatabaseShare(Double.POSITIVE_INFINITY, Double.POSITIVE_INFINITY));
    }

    @Test
    void limitsTheCostliestQueriesFirst() {
        List<Double> live = List.of(0.001);
        List<Double> others = List.of(0.02, 0.001, 0.01);
        DatabaseShare share = DatabaseShare.divide(TOTAL, live, others);
        assertThat(share.live()).isInfinite();
        assertThat(share.other()).isCloseTo(0.004, Offset.offset(1e-12));
        assertAddsUp(share, live, others);
    }

    @Test
    void liveQueriesGetAtLeastHalf() {
        List<Double> live = List.of(0.004, 0.006);
        List<Double> others = List.of(0.02, 0.03);
        DatabaseShare share = DatabaseShare.divide(TOTAL, live, others);
        assertThat(share.live()).isCloseTo(0.0025, Offset.offset(1e-12));
        assertThat(share.other()).isCloseTo(0.0025, Offset.offset(1e-12));
        assertAddsUp(share, live, others);
    }

    @Test
    void liveQueriesGetWhatTheOthersDoNotNeed() {
        List<Double> live = List.of(0.02);
        List<Double> others = List.of(0.001, 0.001);
        DatabaseShare share = DatabaseShare.divide(TOTAL, live, others);
        assertThat(share.live()).isCloseTo(0.008, Offset.offset(1e-12));
        assertAddsUp(share, live, others);
    }

    @Test
    void aQueryThatNeedsNothingGetsNothing() {
        assertThat(DatabaseShare.divide(TOTAL, List.of(), List.of(0.0, 0.02)).other())
                .isCloseTo(TOTAL, Offset.offset(1e-12));
    }
}
