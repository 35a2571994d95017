// SPDX-License-Identifier: Apache-2.0
package io.pmemcsi.bindings.lvm;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class LvmConfigTest {
    @Test
    void only_the_named_devices_are_let_in(@TempDir Path directory) throws IOException {
        LvmConfig config = new LvmConfig(directory.resolve("lvm"), directory.resolve("locks"), LvmConfig.PMEM);
        config.write();
        config.write();
        assertThat(Files.readString(directory.resolve("lvm/lvm.conf")))
                .contains("    filter = [ \"a|^/dev/pmem[0-9.]+s?$|\", \"r|.*|\" ]")
                .contains("    global_filter = [ \"a|^/dev/pmem[0-9.]+s?$|\", \"r|.*|\" ]")
                .contains("locking_dir = \"" + directory.resolve("locks") + "\"")
                .contains("metadata_read_only = 0");
        assertThat(directory.resolve("locks")).isDirectory();
    }

    @Test
    void for_a_look_all_of_it_is_in_one_directory(@TempDir Path directory) throws IOException {
        LvmConfig.forLooking(directory).write();
        assertThat(Files.readString(directory.resolve("lvm/lvm.conf")))
                .contains("metadata_read_only = 1")
                .contains("locking_dir = \"" + directory.resolve("locks") + "\"");
    }

    @ParameterizedTest
    @CsvSource({
        "/dev/pmem0, true",
        "/dev/pmem12.3, true",
        "/dev/pmem0.1s, true",
        "/dev/pmem0p1, false",
        "/dev/pmemX, false",
        "/dev/sda, false",
        "/dev/disk/pmem0, false"
    })
    void namespaces_are_told_from_other_devices(String device, boolean expected) {
        assertThat(device.matches(LvmConfig.PMEM.getFirst())).isEqualTo(expected);
    }
}
