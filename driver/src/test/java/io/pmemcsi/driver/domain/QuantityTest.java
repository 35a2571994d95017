// SPDX-License-Identifier: Apache-2.0
package io.pmemcsi.driver.domain;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class QuantityTest {
    @ParameterizedTest(name = "{0} is {1} bytes")
    @CsvSource({
        "0, 0",
        "-0, 0",
        "1, 1",
        "+7, 7",
        "007, 7",
        "5., 5",
        "4096, 4096",
        "1Ki, 1024",
        "64Mi, 67108864",
        "1Gi, 1073741824",
        "2Ti, 2199023255552",
        "1Pi, 1125899906842624",
        "1Ei, 1152921504606846976",
        "1k, 1000",
        "3M, 3000000",
        "1.5G, 1500000000",
        "1T, 1000000000000",
        "1P, 1000000000000000",
        "9E, 9000000000000000000",
        "1.5Gi, 1610612736",
        ".5Mi, 524288",
        "1e3, 1000",
        "1E3, 1000",
        "2e-1, 1",
        "12e+2, 1200",
        "0.5, 1",
        "1500m, 2",
        "1u, 1",
        "1n, 1",
        "1.0001Ki, 1025",
        "9223372036854775807, 9223372036854775807"
    })
    void reads_what_kubernetes_reads(String text, long bytes) {
        assertThat(Quantity.parse(text)).isEqualTo(ByteSize.of(bytes));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                " ",
                "Gi",
                "1 Gi",
                "1gi",
                "1GI",
                "1KiB",
                "1K",
                "1GB",
                "ten",
                "1e",
                "1e1.5",
                ".",
                "1,5Gi",
                "0x10",
                "1e1000",
                "--1",
                "NaN",
                "\u0661Gi",
                "1Gi\n"
            })
    void refuses_other_texts_and_names_them(String text) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Quantity.parse(text))
                .withMessage("'" + text + "' is not a size; allowed is " + Quantity.FORMS);
    }

    @ParameterizedTest
    @ValueSource(strings = {"-1", "-1Gi", "-1n"})
    void refuses_negative_sizes(String text) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Quantity.parse(text))
                .withMessageStartingWith("'" + text + "' is below zero");
    }

    @ParameterizedTest
    @ValueSource(strings = {"9223372036854775808", "8Ei", "10E", "1e999", "99999999999999999999Gi"})
    void refuses_sizes_that_no_device_can_have(String text) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Quantity.parse(text))
                .withMessage("'" + text + "' is above the largest size, 9223372036854775807 bytes");
    }

    @Test
    void shows_only_the_start_of_a_very_long_text() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Quantity.parse("9".repeat(1000)))
                .withMessageStartingWith("'" + "9".repeat(64) + "...' is not a size");
    }
}
