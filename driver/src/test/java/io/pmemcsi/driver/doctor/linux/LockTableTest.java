// SPDX-License-Identifier: Apache-2.0
package io.pmemcsi.driver.doctor.linux;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class LockTableTest {
    @Test
    void finds_who_has_a_file_locked_for_writing() {
        String text = """
                1: POSIX  ADVISORY  WRITE 100 fd:00:41 0 EOF
                2: POSIX  ADVISORY  WRITE 4711 fe:0a:42 0 EOF
                """;
        assertThat(LockTable.writer(text, 254, 10, 42)).hasValue(4711);
        assertThat(LockTable.writer(text, 254, 10, 41)).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "nonsense",
                "1: -> POSIX  ADVISORY  WRITE 4711 fe:0a:42 0 EOF",
                "1: POSIX  ADVISORY  READ 4711 fe:0a:42 0 EOF",
                "1: FLOCK  ADVISORY  WRITE 4711 fe:0a:42 0 EOF",
                "1: POSIX  ADVISORY  WRITE -1 fe:0a:42 0 EOF"
            })
    void other_locks_do_not_count(String line) {
        assertThat(LockTable.writer(line, 254, 10, 42)).isEmpty();
    }
}
