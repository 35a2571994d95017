// SPDX-License-Identifier: Apache-2.0
package io.pmemcsi.driver.device.direct;

import static org.assertj.core.api.Assertions.assertThat;

import io.pmemcsi.bindings.ndctl.NamespaceMode;
import io.pmemcsi.driver.domain.ByteSize;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

final class NamespaceSizesTest {
    private static final ByteSize STEP = ByteSize.mebibytes(16);
    private static final ByteSize MOST = ByteSize.mebibytes(4 << 20);

    /** As measured with Linux 6.12. */
    @ParameterizedTest
    @CsvSource({"16, 14", "32, 30", "64, 62", "208, 204", "256, 250", "304, 298", "512, 502", "1024, 1006", "4096, 4030"
    })
    void fsdax_shows_what_the_kernel_was_seen_to_show(long raw, long usable) {
        assertThat(NamespaceSizes.usable(NamespaceMode.FSDAX, ByteSize.mebibytes(raw)))
                .isEqualTo(ByteSize.mebibytes(usable));
    }

    /** The second as measured with Linux 6.12. */
    @ParameterizedTest
    @CsvSource({"64, 64416", "80, 80784"})
    void a_btt_keeps_256_sectors_its_map_and_its_log(long raw, long kibibytes) {
        assertThat(NamespaceSizes.usable(NamespaceMode.SECTOR, ByteSize.mebibytes(raw)))
                .isEqualTo(ByteSize.of(kibibytes * 1024));
    }

    @ParameterizedTest
    @ValueSource(longs = {8, 16})
    void a_namespace_in_which_no_arena_fits_has_no_btt(long raw) {
        assertThat(NamespaceSizes.usable(NamespaceMode.SECTOR, ByteSize.mebibytes(raw)))
                .isEqualTo(ByteSize.ZERO);
    }

    @ParameterizedTest
    @EnumSource(names = {"FSDAX", "SECTOR"})
    void the_smallest_namespace_that_is_enough_is_found(NamespaceMode mode) {
        for (long wanted : new long[] {1, 14 << 20, (14 << 20) + 1, 300 << 20, 5L << 30, 600L << 30, 3L << 40}) {
            ByteSize raw = NamespaceSizes.raw(mode, ByteSize.of(wanted), STEP, MOST);
            assertThat(raw.bytes() % STEP.bytes()).isZero();
            assertThat(NamespaceSizes.usable(mode, raw)).isGreaterThanOrEqualTo(ByteSize.of(wanted));
            assertThat(NamespaceSizes.usable(mode, raw.minusOrZero(STEP))).isLessThan(ByteSize.of(wanted));
        }
    }

    @Test
    void what_the_smallest_xfs_needs_fits_into_320_mebibytes() {
        assertThat(NamespaceSizes.raw(NamespaceMode.FSDAX, ByteSize.mebibytes(300), STEP, MOST))
                .isEqualTo(ByteSize.mebibytes(320));
    }
}
