package io.getindico.metrics.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

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
        assertThat(label.maxValues()).isEqualTo(3);
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
        assertThat(label.maxValues()).isEqualTo(50);
    }

    @Test
    void anOpenLabelMayHaveALowerLimit() {
        assertThat(Label.open("provider", 1).maxValues()).isEqualTo(1);
        assertThat(Label.open("provider", 50)).isEqualTo(Label.open("provider"));
    }

    @ParameterizedTest
    @ValueSource(ints = {-1, 0, 51})
    void aLimitThatIsTooLowOrTooHighIsRefused(int limit) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Label.open("provider", limit))
                .withMessage("label 'provider': got the limit " + limit + ", expected 1 to 50 values");
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
    void laterChangesOfAnArrayDoNotReachTheLabel() {
        String[] values = {"a"};
        Label label = Label.closed("letter", values);
        values[0] = "b";
        assertThat(label.values()).containsExactly("a");
        assertThatThrownBy(() -> label.values().add("c")).isInstanceOf(UnsupportedOperationException.class);
    }

    @Test
    void labelsOfOneNameAndTheSameValuesAreEqual() {
        Label label = Label.closed("letter", "a", "b");
        assertThat(label)
                .isEqualTo(Label.closed("letter", "a", "b"))
                .hasSameHashCodeAs(Label.closed("letter", "a", "b"));
        assertThat(label)
                .isNotEqualTo(Label.closed("letter", "b", "a"))
                .isNotEqualTo(Label.closed("character", "a", "b"))
                .isNotEqualTo(Label.open("letter"))
                .isNotEqualTo("letter[a, b]");
        assertThat(Label.open("letter"))
                .isEqualTo(Label.open("letter"))
                .hasSameHashCodeAs(Label.open("letter"))
                .isNotEqualTo(Label.open("letter", 5));
    }

    @Test
    void toStringShowsTheNameAndTheClosedValues() {
        assertThat(Label.closed("letter", "a", "b")).hasToString("letter[a, b]");
        assertThat(Label.open("letter")).hasToString("letter");
    }
}
