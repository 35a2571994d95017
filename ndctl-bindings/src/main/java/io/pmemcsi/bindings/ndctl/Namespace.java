// SPDX-License-Identifier: Apache-2.0
package io.pmemcsi.bindings.ndctl;

import java.nio.file.Path;
import java.util.Optional;
import java.util.UUID;

/**
 * A partition of a region, as it was when it was looked at. All sizes are in bytes.
 *
 * @param device its name in the kernel, such as {@code namespace0.1}; not stable: the next boot may number anew
 * @param region the device name of its region
 * @param name the name it was given, at most 63 characters; empty when it has none, as on memory without labels
 * @param uuid what identifies it for as long as it exists; all zeroes on memory without labels
 * @param mode what it is used as; of a namespace that is not enabled only known as far as the kernel knows it
 * @param rawMode whether it is enabled as raw, whatever it holds, until somebody changes that or the machine restarts
 * @param rawSize how much of the region it takes
 * @param size how much of that its device shows; the same as {@code rawSize} when it is not enabled
 * @param dataOffset where the device's first byte is in the namespace; zero for BTT, which has no fixed place
 * @param blockDevice the device node, when it is enabled and has one
 * @param enabled whether it has a device
 * @param labelled whether it can be destroyed; on memory without labels it is the region itself
 */
public record Namespace(
        String device,
        String region,
        String name,
        UUID uuid,
        NamespaceMode mode,
        boolean rawMode,
        long rawSize,
        long size,
        long dataOffset,
        Optional<Path> blockDevice,
        boolean enabled,
        boolean labelled) {
    /**
     * Whether its device is that of a block on the memory that says how it is used, and not the bare memory; only known
     * when it is enabled.
     */
    public boolean isStacked() {
        return switch (mode) {
            case FSDAX, SECTOR, DEVDAX -> true;
            case FSDAX_MEM -> dataOffset > 0;
            case RAW, UNKNOWN -> false;
        };
    }
}
