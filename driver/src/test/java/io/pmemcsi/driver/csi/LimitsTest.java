// SPDX-License-Identifier: Apache-2.0
package io.pmemcsi.driver.csi;

import static io.pmemcsi.driver.volume.Failures.assertFails;
import static org.assertj.core.api.Assertions.assertThat;

import io.pmemcsi.driver.domain.FailureKind;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class LimitsTest {
    @ParameterizedTest
    @ValueSource(strings = {"/a/b", "/a/b/", "//a//b"})
    void an_absolute_path_is_read(String text) {
        assertThat(Limits.path("target_path", text)).isEqualTo(Path.of("/a/b"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "a", "./a", "/a/..", "/a/./b", "/a\u0000b", "/a\u007fb", "/a\ud800b"})
    void any_other_path_is_refused_naming_the_field(String text) {
        assertFails(FailureKind.INVALID_REQUEST, () -> Limits.path("target_path", text))
                .startsWith("target_path:")
                .doesNotContainPattern("\\p{Cntrl}");
    }

    @Test
    void limits_count_bytes_not_characters() {
        assertThat(Limits.text("name", "\u20ac".repeat(42))).hasSize(42);
        assertFails(FailureKind.INVALID_REQUEST, () -> Limits.text("name", "\u20ac".repeat(43)))
                .contains("129");
        assertThat(Limits.map("m", Map.of("k", "v".repeat(4095)))).hasSize(1);
        assertFails(FailureKind.INVALID_REQUEST, () -> Limits.map("m", Map.of("k", "v".repeat(4096))));
        assertThat(Limits.path("p", "/" + "a".repeat(4095))).isAbsolute();
        assertFails(FailureKind.INVALID_REQUEST, () -> Limits.path("p", "/" + "a".repeat(4096)));
    }

    @Test
    void long_paths_are_cut_in_the_message() {
        assertFails(FailureKind.INVALID_REQUEST, () -> Limits.path("p", "a".repeat(4000)))
                .hasSizeLessThan(300);
    }
}
