// SPDX-License-Identifier: Apache-2.0
package io.pmemcsi.driver.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class ListenAddressTest {
    @ParameterizedTest
    @CsvSource({
        ":10010, '', 10010",
        "127.0.0.1:0, 127.0.0.1, 0",
        "localhost:65535, localhost, 65535",
        "[::1]:80, ::1, 80",
        "a-b.example:1, a-b.example, 1"
    })
    void reads_host_and_port(String text, String host, int port) {
        assertThat(ListenAddress.parse(text)).isEqualTo(new ListenAddress(host, port));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "10010",
                "host",
                "host:",
                "::1:80",
                "[::1]",
                "host:65536",
                "host:-1",
                "http://host:80",
                "host:80/"
            })
    void refuses_anything_else(String text) {
        assertThatIllegalArgumentException().isThrownBy(() -> ListenAddress.parse(text));
    }
}
