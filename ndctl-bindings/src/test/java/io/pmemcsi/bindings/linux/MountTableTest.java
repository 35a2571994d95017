// SPDX-License-Identifier: Apache-2.0
package io.pmemcsi.bindings.linux;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class MountTableTest {
    /** From a Debian 12 machine, and from the manual page proc(5). */
    private static final String CAPTURED = """
            22 28 0:21 / /sys rw,nosuid,nodev,noexec,relatime shared:7 - sysfs sysfs rw
            28 1 254:0 / / rw,relatime shared:1 - ext4 /dev/vda rw,discard,errors=remount-ro
            36 35 98:0 /mnt1 /mnt2 rw,noatime master:1 propagate_from:2 unbindable - ext3 /dev/root rw,errors=continue
            402 28 7:0 / /mnt/a\\040b ro,nosuid,nodev,relatime - xfs /dev/loop0 rw,attr2,sunit=4096,swidth=4096
            403 28 0:5 /loop1 /mnt/block rw,nosuid,noexec - devtmpfs udev rw,size=4k,mode=755
            """;

    @Test
    void all_fields_are_read_whatever_the_number_of_optional_ones() {
        assertThat(MountTable.parse(CAPTURED))
                .hasSize(5)
                .element(2)
                .isEqualTo(new MountEntry(
                        36,
                        35,
                        new DeviceNumber(98, 0),
                        "/mnt1",
                        "/mnt2",
                        List.of("rw", "noatime"),
                        "ext3",
                        "/dev/root",
                        List.of("rw", "errors=continue")));
        assertThat(MountTable.parse(CAPTURED).get(3).options()).contains("ro", "nosuid");
    }

    @Test
    void only_a_newline_ends_a_line() {
        assertThat(MountTable.parse("1 1 0:1 / /a\rb rw - t s rw\n2 1 0:1 / /c\u0085d\u000be rw - t s rw\n"))
                .extracting(MountEntry::mountPoint)
                .startsWith("/a\rb")
                .hasSize(2);
    }

    @Test
    void a_mount_is_read_only_by_its_own_options_or_those_of_the_file_system() {
        List<MountEntry> mounts = MountTable.parse(CAPTURED + "9 1 0:1 / /x rw - ext4 /dev/x ro\n");
        assertThat(mounts).extracting(MountEntry::isReadOnly).containsExactly(false, false, false, true, false, true);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '>', textBlock = """
                    /mnt/a\\040b       > '/mnt/a b'
                    /tab\\011x         > '/tab\tx'
                    /back\\134040      > '/back\\040'
                    /hash\\043         > '/hash#'
                    /open\\04          > '/open\\04'
                    /no\\09            > '/no\\09'
                    /umlaut-\u00c3\u00bc > '/umlaut-\u00fc'
                    """)
    void escapes_and_utf_8_are_decoded(String written, String meant) {
        assertThat(MountTable.parse("1 1 0:1 / " + written + " rw - t s rw"))
                .extracting(MountEntry::mountPoint)
                .containsExactly(meant);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "x",
                "1 2 0:1 / /x rw",
                "1 2 0:1 / /x rw - ext4 dev",
                "1 2 0 / /x rw - a b c",
                "1 2 0:1 / - a b c d e f"
            })
    void other_text_is_refused(String line) {
        assertThatThrownBy(() -> MountTable.parse(line)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void the_mounts_of_this_machine_can_be_read() {
        assertThat(MountTable.read()).extracting(MountEntry::mountPoint).contains("/proc");
    }
}
