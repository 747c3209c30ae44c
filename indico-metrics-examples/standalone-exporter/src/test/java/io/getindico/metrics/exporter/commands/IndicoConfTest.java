package io.getindico.metrics.exporter.commands;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.getindico.metrics.exporter.settings.SettingException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class IndicoConfTest {
    @ParameterizedTest
    @ValueSource(
            strings = {
                "X = 'a b'",
                "X = \"a b\"  # comment ' with a quote",
                "X='a b';Y=1",
                "X = r'a b'",
                "X = '''a b'''",
                "X = \"\"\"a b\"\"\"",
                "X = 'a' \\\n ' b'",
                "X = ('a'\n  ' b')\n",
                "X = (('a b'))",
                "X = 'a\\x20b'\nX = 'a b'",
                "Y = 'a b'\nX = Y",
                "Y = {'X': [1,\n2]}\nX = 'a b'",
                "'''X = 1\n'''\nX = 'a b'",
                "# X = 1\r\nX = 'a b'\r\n",
                "def f():\n    return 1\nX = 'a b'",
                "X = 'c'\nX = 'a b'"
            })
    void readsAssignmentsOfTexts(String text) {
        IndicoConf conf = IndicoConf.parse(text);

        assertThat(conf.text("X")).isEqualTo("a b");
        assertThat(conf.isComputed("X")).isFalse();
    }

    @Test
    void readsEscapes() {
        assertThat(IndicoConf.parse("X = 'a\\'\\\\\\n'").text("X")).isEqualTo("a'\\\n");
        assertThat(IndicoConf.parse("X = r'a\\'b\\\\'").text("X")).isEqualTo("a\\'b\\\\");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "X = f'a'",
                "X = b'a'",
                "X = 'a\\x20b'",
                "X = os.environ['X']",
                "X = 'a' + 'b'",
                "X = 'a' % 1",
                "X = 'a',",
                "X = None",
                "X = 5",
                "X = Y",
                "if True:\n    X = 'a'",
                "X = 'a'\nif True: X = 'b'",
                "X = 'a'\nif True:\n\tX = 'b'",
                "X = 'a'\nX += 'b'",
                "X: str = 'a'",
                "Y = X = 'a'",
                "X, Y = 'a', 'b'",
                "X = 'a'\ndel X",
                "X = 'a'\nfrom other import X",
                "X = 'a'\nY = (X := 'b')",
                " X = 'a'"
            })
    void saysWhatIsComputed(String text) {
        IndicoConf conf = IndicoConf.parse(text);

        assertThat(conf.text("X")).isNull();
        assertThat(conf.isComputed("X")).isTrue();
    }

    @Test
    void aNameThatIsNotSetIsNotComputed() {
        assertThat(IndicoConf.parse("Y = 1").isComputed("X")).isFalse();
        assertThat(IndicoConf.parse("").text("X")).isNull();
    }

    @ParameterizedTest
    @ValueSource(strings = {"Y = 1\nX = 'a\n", "\nX = '''a'", "\nX = \"a", "\n'", "\n'\\"})
    void namesTheLineOfAnUnterminatedString(String text) {
        assertThatThrownBy(() -> IndicoConf.parse(text))
                .isInstanceOf(SettingException.class)
                .hasMessage("line 2 begins a string that does not end");
    }
}
