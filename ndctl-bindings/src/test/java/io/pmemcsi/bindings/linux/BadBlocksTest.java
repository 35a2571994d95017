// SPDX-License-Identifier: Apache-2.0
package io.pmemcsi.bindings.linux;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.pmemcsi.bindings.Errno;
import io.pmemcsi.bindings.NativeCallException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class BadBlocksTest {
    @Test
    void counts_sectors_of_512_bytes() {
        assertThat(BadBlocks.parse("8 8\n4096 1\n"))
                .containsExactly(new BadBlocks.Range(4096, 4096), new BadBlocks.Range(2097152, 512));
        assertThat(BadBlocks.parse("8 8\n").getFirst().end()).isEqualTo(8192);
    }

    @Test
    void an_empty_list_has_no_ranges() {
        assertThat(BadBlocks.parse("")).isEmpty();
        assertThat(BadBlocks.parse("\n")).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"8", "8 0", "8 -1", "a 8", "8 8 8", "9223372036854775807 8"})
    void what_is_no_such_list_is_refused(String text) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> BadBlocks.parse(text + "\n"))
                .withMessageContaining(text);
    }

    @Test
    void a_list_that_is_cut_at_the_end_of_a_page_is_read_up_to_its_last_whole_line() {
        String line = "1048576000 8\n";
        int whole = 4095 / line.length();
        for (int rest = 0; rest < line.length(); rest++) {
            assertThat(BadBlocks.parse(line.repeat(whole) + line.substring(0, rest)))
                    .as("%d characters of the next line", rest)
                    .hasSize(whole)
                    .containsOnly(new BadBlocks.Range(536870912000L, 4096));
        }
    }

    @Test
    void a_file_that_is_no_such_list_is_a_failure_of_reading_it(@TempDir Path directory) throws IOException {
        Path list = Files.writeString(directory.resolve("badblocks"), "8 8\nnonsense\n");
        assertThatExceptionOfType(NativeCallException.class)
                .isThrownBy(() -> BadBlocks.read(list))
                .withMessageContaining(list.toString())
                .withMessageContaining("nonsense")
                .satisfies(e -> assertThat(e.is(Errno.EIO)).isTrue());
    }

    @Test
    void a_device_without_a_list_has_no_known_damage() {
        assertThat(BadBlocks.of(new DeviceNumber(0, 0))).isEmpty();
    }
}
