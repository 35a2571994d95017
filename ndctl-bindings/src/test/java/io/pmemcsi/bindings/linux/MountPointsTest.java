// SPDX-License-Identifier: Apache-2.0
package io.pmemcsi.bindings.linux;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

final class MountPointsTest {
    @Test
    void the_mount_id_is_found_in_fdinfo() {
        assertThat(MountPoints.parseFdInfo("pos:\t0\nflags:\t012000000\nmnt_id:\t29\nino:\t5\n"))
                .isEqualTo(29);
        assertThatThrownBy(() -> MountPoints.parseFdInfo("pos:\t0\n")).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void statx_and_mountinfo_agree_on_the_mount_of_a_path() {
        try (OpenFd proc = LinuxFiles.openDirectory(Path.of("/proc"))) {
            long id = MountPoints.mountId(proc);
            List<MountEntry> found =
                    MountTable.read().stream().filter(entry -> entry.id() == id).toList();
            assertThat(found).extracting(MountEntry::type).containsExactly("proc");
        }
    }

    @Test
    void strict_access_times_have_no_effect_next_to_none() {
        Set<MountProperty> both = Set.of(MountProperty.NO_ATIME, MountProperty.STRICT_ATIME, MountProperty.NO_DEV);
        assertThat(MountProperty.attributes(both)).isEqualTo(0x14);
        assertThat(MountProperty.flags(both)).isEqualTo(0x404);
        assertThat(MountProperty.attributes(Set.of(MountProperty.STRICT_ATIME))).isEqualTo(0x20);
    }
}
