// SPDX-License-Identifier: Apache-2.0
package io.pmemcsi.driver.cli;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.pmemcsi.driver.config.DeviceMode;
import io.pmemcsi.driver.doctor.Facts;
import org.junit.jupiter.api.Test;

/** What a device mode demands of the process. */
final class BackendTest {
    private static final long SYS_ADMIN = 1L << 21;

    @Test
    void an_ordinary_user_is_told_that_root_is_needed() {
        assertThatThrownBy(() -> Backend.requireRoot(new Facts.Caller(65532, SYS_ADMIN), DeviceMode.LVM, "it mounts"))
                .isInstanceOf(CommandFailure.class)
                .hasMessage("the device mode lvm needs root, and runs as user 65532: it mounts");
    }

    @Test
    void root_without_the_capability_to_mount_is_told_which_one_is_missing() {
        assertThatThrownBy(() -> Backend.requireRoot(new Facts.Caller(0, ~SYS_ADMIN), DeviceMode.DIRECT, "it mounts"))
                .isInstanceOf(CommandFailure.class)
                .hasMessageContaining("direct needs the capability SYS_ADMIN: it mounts")
                .hasMessageContaining("privileged: true");
    }

    @Test
    void root_with_that_capability_is_enough() {
        assertThatCode(() -> Backend.requireRoot(new Facts.Caller(0, SYS_ADMIN), DeviceMode.EMULATED, "it mounts"))
                .doesNotThrowAnyException();
    }
}
