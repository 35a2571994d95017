// SPDX-License-Identifier: Apache-2.0
package io.pmemcsi.driver.doctor;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class KernelVersionTest {
    @ParameterizedTest
    @CsvSource({
        "6.1.0-18-amd64, 6.1",
        "5.10, 5.10",
        "6.12.43+deb13-amd64, 6.12",
        "7.0-rc1, 7.0",
        "'', 0.0",
        "6, 0.0",
        "99999.1, 0.0"
    })
    void reads_the_first_two_numbers(String release, String version) {
        assertThat(KernelVersion.parse(release)).hasToString(version);
    }

    @ParameterizedTest
    @CsvSource({"5.8, 5.10", "5.19, 6.0", "0.0, 5.8"})
    void compares_numbers_not_texts(String older, String newer) {
        assertThat(KernelVersion.parse(older)).isLessThan(KernelVersion.parse(newer));
    }
}
