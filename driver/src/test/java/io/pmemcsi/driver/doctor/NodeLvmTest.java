// SPDX-License-Identifier: Apache-2.0
package io.pmemcsi.driver.doctor;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class NodeLvmTest {
    private static final String DEVICE = "/dev/pmem0.1";

    private static Optional<String> filter(String config) {
        return new NodeLvm(config, Optional.empty()).filterAgainst(DEVICE);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "devices { global_filter = [ \"r|/dev/pmem.*|\" ] }",
                "devices {\n\tglobal_filter=[\"a|^/dev/sd|\",\n\t\t\"r|.*|\" ]\n}",
                "devices/global_filter = \"r/pmem/\"",
                "# filter = [ \"a|.*|\" ]\ndevices { global_filter = [ \"r|^/dev/[p]mem|\", \"a|.*|\" ] }"
            })
    void a_filter_that_rejects_is_named(String config) {
        assertThat(filter(config)).contains("global_filter");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "devices {\n\t# filter = [ \"r|.*|\" ]\n}",
                "devices { filter = [ \"a|^/dev/pmem|\", \"r|.*|\" ] }",
                "devices { filter = [ \"r|^/dev/sd|\" ] }",
                "devices { filter = [ ] }",
                "devices { my_filter = [ \"r|.*|\" ] }",
                "devices { filter = [ \"r|(|\", \"r\" ] }"
            })
    void one_that_lets_it_in_is_not(String config) {
        assertThat(filter(config)).isEmpty();
    }

    @Test
    void a_devices_file_counts_unless_it_is_switched_off() {
        String others = "# DEVNAME=/dev/pmem0.1\nIDTYPE=sys_wwid IDNAME=x DEVNAME=/dev/sda PVID=y PART=1\n";
        String ours = "IDTYPE=devname IDNAME=/dev/pmem0.1 DEVNAME=/dev/pmem0.1 PVID=z\n";
        assertThat(new NodeLvm("", Optional.of(others)).isUnlisted(DEVICE)).isTrue();
        assertThat(new NodeLvm("", Optional.of(others + ours)).isUnlisted(DEVICE))
                .isFalse();
        assertThat(new NodeLvm("", Optional.empty()).isUnlisted(DEVICE)).isFalse();
        assertThat(new NodeLvm("devices { use_devicesfile = 0 }", Optional.of(others)).isUnlisted(DEVICE))
                .isFalse();
        assertThat(new NodeLvm("# use_devicesfile = 0", Optional.of(others)).isUnlisted(DEVICE))
                .isTrue();
    }
}
