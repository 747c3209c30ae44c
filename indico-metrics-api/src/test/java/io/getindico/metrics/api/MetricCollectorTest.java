package io.getindico.metrics.api;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class MetricCollectorTest {
    private static final MetricCollector SMALLEST = new MetricCollector() {
        @Override
        public String name() {
            return "smallest";
        }

        @Override
        public List<MetricFamily> families() {
            return List.of();
        }

        @Override
        public void collect(CollectionContext context, Samples samples) {}
    };

    @Test
    void aCollectorIsOfTheStandardClassAndSendsOneStatementUnlessItSaysOtherwise() {
        assertThat(SMALLEST.refreshClass()).isEqualTo(RefreshClass.STANDARD);
        assertThat(SMALLEST.maxStatements()).isEqualTo(1);
    }

    @Test
    void aClassIsNamedInLowerCase() {
        assertThat(RefreshClass.values()).extracting(RefreshClass::label).containsExactly("live", "standard", "heavy");
    }
}
