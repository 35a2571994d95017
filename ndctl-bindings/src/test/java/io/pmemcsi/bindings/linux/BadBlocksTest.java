// SPDX-License-Identifier: Apache-2.0
package io.pmemcsi.bindings.linux;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class BadBlocksTest {
    @Test
    void counts_sectors_of_512_bytes() {
        assertThat(BadBlocks.parse("8 8\n4096 1\n"))
                .containsExactly(new BadBlocks.Range(4096, 4096), new BadBlocks.Range(2097152, 512));
        assertThat(BadBlocks.parse("8 8").getFirst().end()).isEqualTo(8192);
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
                .isThrownBy(() -> BadBlocks.parse(text))
                .withMessageContaining(text);
    }

    @Test
    void a_device_without_a_list_has_no_known_damage() {
        assertThat(BadBlocks.of(new DeviceNumber(0, 0))).isEmpty();
    }
}
