// SPDX-License-Identifier: Apache-2.0
package io.pmemcsi.driver.domain;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

final class FsTypeTest {
    @ParameterizedTest
    @EnumSource(FsType.class)
    void is_found_by_its_name(FsType type) {
        assertThat(FsType.named(type.kernelName())).contains(type);
        assertThat(FsType.names()).contains(type.kernelName());
        assertThat(type.minimum().isZero()).isFalse();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "EXT4", "ext3", "btrfs", "ext4 ", "ext4,dax", "xfs\n"})
    void no_other_name_is_accepted(String name) {
        assertThat(FsType.named(name)).isEmpty();
    }

    @Test
    void all_names_are_listed() {
        assertThat(FsType.names()).isEqualTo("ext4, xfs");
    }
}
