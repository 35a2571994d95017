// SPDX-License-Identifier: Apache-2.0
package io.pmemcsi.driver.doctor.linux;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class MountedAtTest {
    private static final String TABLE = """
            27 1 254:0 / / rw,relatime shared:1 - ext4 /dev/vda rw
            28 27 0:30 / /var/lib rw - tmpfs none rw
            29 27 0:31 / /var/lib rw shared:7 master:3 - tmpfs none rw
            30 29 0:32 / /var/lib/kube\\040let rw master:2 - tmpfs shared:9 rw
            """;

    @ParameterizedTest
    @CsvSource({
        "/, 254:0, true",
        "/home/x, 254:0, true",
        "/var/library, 254:0, true",
        "/var/lib, 0:31, true",
        "/var/lib/other, 0:31, true",
        "/var/lib/kube let/pods, 0:32, false"
    })
    void the_nearest_and_last_mount_counts(String path, String device, boolean shared) {
        assertThat(MountedAt.find(TABLE, Path.of(path))).hasValueSatisfying(mount -> {
            assertThat(mount.entry().device()).hasToString(device);
            assertThat(mount.shared()).isEqualTo(shared);
        });
    }
}
