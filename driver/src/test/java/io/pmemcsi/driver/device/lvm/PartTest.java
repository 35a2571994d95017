// SPDX-License-Identifier: Apache-2.0
package io.pmemcsi.driver.device.lvm;

import static org.assertj.core.api.Assertions.assertThat;

import io.pmemcsi.bindings.linux.BadBlocks;
import io.pmemcsi.bindings.linux.DeviceNumber;
import io.pmemcsi.driver.device.MediaError;
import io.pmemcsi.driver.domain.ByteSize;
import java.util.List;
import org.junit.jupiter.api.Test;

final class PartTest {
    /** Bytes 1000 to 2000 of the namespace are bytes 500 to 1500 of the volume. */
    private static final Part PART = new Part(500, 1000, new DeviceNumber(259, 0), 1000);

    private static MediaError error(long offset, long length) {
        return new MediaError(ByteSize.of(offset), ByteSize.of(length));
    }

    @Test
    void damage_is_counted_from_the_start_of_the_volume_and_cut_at_the_ends_of_the_part() {
        assertThat(PART.damage(List.of(
                        new BadBlocks.Range(0, 1000),
                        new BadBlocks.Range(900, 200),
                        new BadBlocks.Range(1500, 10),
                        new BadBlocks.Range(1990, 500),
                        new BadBlocks.Range(2000, 5))))
                .containsExactly(error(500, 100), error(1000, 10), error(1490, 10));
    }
}
