// SPDX-License-Identifier: Apache-2.0
package io.pmemcsi.driver.domain;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class QuotedTest {
    @Test
    void ordinary_text_stays_as_it_is() {
        assertThat(Quoted.text("pvc-1 \u20ac \ud83d\ude00")).isEqualTo("\"pvc-1 \u20ac \ud83d\ude00\"");
        assertThat(Quoted.printable("")).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"\n", "\0", "\u001b", "\u007f", "\u0085", "\u009b", "\u2028", "\u2029", "\u202e", "\ud800"})
    void what_could_forge_a_line_is_not_shown(String hostile) {
        assertThat(Quoted.printable("a" + hostile + "b")).isEqualTo("a?b");
    }

    @Test
    void a_path_is_shown_as_far_as_the_kubelets_are_long() {
        Path path = Path.of("/", "x".repeat(400), "\u202ey");
        assertThat(Quoted.path(path)).isEqualTo("/" + "x".repeat(400) + "/?y");
        assertThat(Quoted.path(Path.of("/", "x".repeat(600)))).hasSize(512);
    }

    @Test
    void a_text_of_several_lines_keeps_them() {
        assertThat(Quoted.lines("a\n\tb\u001b[31m\u202e")).isEqualTo("a\n\tb?[31m?");
    }

    @Test
    void long_text_is_cut_between_characters() {
        assertThat(Quoted.printable("x".repeat(128))).hasSize(128);
        assertThat(Quoted.printable("x".repeat(129))).hasSize(128);
        String smile = "\ud83d\ude00";
        assertThat(Quoted.printable("x".repeat(126) + smile + "y")).isEqualTo("x".repeat(126) + smile);
        assertThat(Quoted.printable("x".repeat(127) + smile)).isEqualTo("x".repeat(127));
    }
}
