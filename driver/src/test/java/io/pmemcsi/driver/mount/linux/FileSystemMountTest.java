// SPDX-License-Identifier: Apache-2.0
package io.pmemcsi.driver.mount.linux;

import static org.assertj.core.api.Assertions.assertThat;

import io.pmemcsi.driver.domain.ByteSize;
import io.pmemcsi.driver.domain.DaxPolicy;
import io.pmemcsi.driver.domain.FsType;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class FileSystemMountTest {
    @ParameterizedTest(name = "{0}, possible {1}: {2}")
    @CsvSource({
        "REQUIRED, true, dax=always dax -",
        "PREFERRED, true, dax=always dax -",
        "NEVER, true, dax=never -",
        "REQUIRED, false, -",
        "PREFERRED, false, -",
        "NEVER, false, -"
    })
    void dax_is_asked_for_in_the_spelling_of_each_kernel(DaxPolicy policy, boolean possible, String expected) {
        List<String> ways = FileSystemMount.ways(policy, possible).stream()
                .map(way -> way.map(Object::toString).orElse("-"))
                .toList();
        assertThat(String.join(" ", ways)).isEqualTo(expected);
    }

    @Test
    void mkfs_never_discards_and_lets_huge_xfs_choose_its_groups() {
        Path device = Path.of("/dev/null");
        assertThat(FormatCommands.arguments(FsType.EXT4, ByteSize.mebibytes(64), device))
                .contains("-b", "4096", "/dev/null")
                .anySatisfy(
                        argument -> assertThat(argument).contains("nodiscard").contains("stride=512"));
        assertThat(FormatCommands.arguments(FsType.XFS, ByteSize.mebibytes(300), device))
                .contains("-K", "su=2m,sw=1,agcount=4");
        assertThat(FormatCommands.arguments(FsType.XFS, ByteSize.mebibytes(8L << 20), device))
                .contains("-K", "su=2m,sw=1");
    }
}
