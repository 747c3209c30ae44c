package io.getindico.metrics.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LabelTest {
    private enum State {
        PENDING,
        IN_PROGRESS {
            @Override
            public String toString() {
                return "underway";
            }
        }
    }

    private enum Nothing {}

    @Test
    void aClosedLabelHasItsValuesInTheOrderGiven() {
        Label label = Label.closed("state", "pending", "done", "accepted");
        assertThat(label.name()).isEqualTo("state");
        assertThat(label.values()).containsExactly("pending", "done", "accepted");
        assertThat(label.isClosed()).isTrue();
    }

    @Test
    void anEnumGivesTheNamesOfItsConstantsInLowerCase() {
        assertThat(Label.closed("state", State.class)).isEqualTo(Label.closed("state", "pending", "in_progress"));
    }

    @Test
    void anOpenLabelHasNoValues() {
        Label label = Label.open("location");
        assertThat(label.values()).isEmpty();
        assertThat(label.isClosed()).isFalse();
    }

    @Test
    void aClosedLabelWithoutValuesIsRefused() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Label.closed("state"))
                .withMessage("label 'state': a closed label needs at least one value");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Label.closed("state", Nothing.class))
                .withMessage("label 'state': a closed label needs at least one value");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "State", "1st", "_state", "__name__", "event-type", "event type", "état"})
    void aNameThatIsNotSnakeCaseIsRefused(String name) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Label.open(name))
                .withMessage("label name '" + name + "': expected lower-case letters, digits and underscores");
    }

    @Test
    void laterChangesOfAListDoNotReachTheLabel() {
        List<String> values = new ArrayList<>(List.of("a"));
        Label label = new Label("letter", values);
        values.add("b");
        assertThat(label.values()).containsExactly("a");
        assertThatThrownBy(() -> label.values().add("c")).isInstanceOf(UnsupportedOperationException.class);
    }
}
