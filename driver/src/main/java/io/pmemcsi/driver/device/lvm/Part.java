// SPDX-License-Identifier: Apache-2.0
package io.pmemcsi.driver.device.lvm;

import io.pmemcsi.bindings.linux.BadBlocks;
import io.pmemcsi.bindings.linux.DeviceNumber;
import io.pmemcsi.driver.device.MediaError;
import io.pmemcsi.driver.domain.ByteSize;
import java.util.List;

/**
 * A contiguous part of a logical volume on one namespace. All offsets and lengths are bytes.
 *
 * @param start where it begins in the logical volume
 * @param length how long it is
 * @param device the namespace
 * @param offset where it begins there
 */
record Part(long start, long length, DeviceNumber device, long offset) {
    /** Which of the damaged ranges of the namespace lie in this part, as the volume sees them. Pure. */
    List<MediaError> damage(List<BadBlocks.Range> damaged) {
        return damaged.stream()
                .filter(range -> range.end() > offset && range.offset() < offset + length)
                .map(this::translated)
                .toList();
    }

    private MediaError translated(BadBlocks.Range range) {
        long from = Math.max(range.offset(), offset);
        long to = Math.min(range.end(), offset + length);
        return new MediaError(ByteSize.of(start + from - offset), ByteSize.of(to - from));
    }
}
