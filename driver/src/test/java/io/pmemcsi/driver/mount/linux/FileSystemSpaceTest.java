// SPDX-License-Identifier: Apache-2.0
package io.pmemcsi.driver.mount.linux;

import static org.assertj.core.api.Assertions.assertThat;

import io.pmemcsi.driver.domain.ByteSize;
import io.pmemcsi.driver.domain.FsType;
import org.assertj.core.data.Percentage;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The estimate against what statfs(2) said of file systems that e2fsprogs 1.47 and xfsprogs 6.1 made, in blocks of 4096 bytes. */
final class FileSystemSpaceTest {
    private static final long BLOCK = 4096;

    @ParameterizedTest(name = "{0} on {1} MiB")
    @CsvSource({
        "EXT4, 16, 2724",
        "EXT4, 127, 28781",
        "EXT4, 128, 25944",
        "EXT4, 511, 115719",
        "EXT4, 512, 122098",
        "EXT4, 513, 122094",
        "EXT4, 1024, 245093",
        "EXT4, 2048, 494036",
        "EXT4, 16384, 4080345",
        "EXT4, 32768, 8175038",
        "EXT4, 65536, 16365445",
        "EXT4, 131072, 32746234",
        "EXT4, 1048576, 263936614",
        "EXT4, 4194304, 1064987619",
        "XFS, 300, 56453",
        "XFS, 511, 107716",
        "XFS, 1024, 237261",
        "XFS, 16384, 4165501",
        "XFS, 262144, 67001030",
        "XFS, 4194304, 1072142496"
    })
    void is_near_what_was_measured(FsType type, long mebibytes, long blocks) {
        assertThat(FileSystemSpace.usable(type, ByteSize.mebibytes(mebibytes)).bytes())
                .isCloseTo(blocks * BLOCK, Percentage.withPercentage(0.25));
    }

    @Test
    void a_device_that_is_too_small_has_nothing() {
        assertThat(FileSystemSpace.usable(FsType.EXT4, ByteSize.mebibytes(1))).isEqualTo(ByteSize.ZERO);
        assertThat(FileSystemSpace.usable(FsType.XFS, ByteSize.mebibytes(16))).isEqualTo(ByteSize.ZERO);
    }
}
