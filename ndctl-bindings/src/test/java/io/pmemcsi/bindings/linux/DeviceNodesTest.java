// SPDX-License-Identifier: Apache-2.0
package io.pmemcsi.bindings.linux;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class DeviceNodesTest {
    @ParameterizedTest(name = "{0}")
    @CsvSource({"7:0, 0x700", "7:255, 0x7ff", "7:256, 0x100700", "259:1048575, 0xfff103ff"})
    void numbers_are_packed_as_in_the_c_library(String text, String expected) {
        assertThat(DeviceNodes.deviceNumber(text + "\n")).isEqualTo(Long.decode(expected));
    }

    @Test
    void other_texts_are_no_device_number() {
        assertThatIllegalArgumentException().isThrownBy(() -> DeviceNodes.deviceNumber("7"));
    }
}
