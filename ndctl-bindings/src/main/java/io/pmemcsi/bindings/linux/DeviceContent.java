// SPDX-License-Identifier: Apache-2.0
package io.pmemcsi.bindings.linux;

/** What libblkid recognises on a block device. */
public sealed interface DeviceContent {
    /** Nothing that libblkid knows. */
    record Blank() implements DeviceContent {}

    /**
     * A file system, swap space, an LVM physical volume or something else with a superblock.
     *
     * @param type libblkid's name, such as {@code ext4} or {@code LVM2_member}
     */
    record Superblock(String type) implements DeviceContent {}

    /**
     * A partition table.
     *
     * @param type libblkid's name, such as {@code gpt}
     */
    record PartitionTable(String type) implements DeviceContent {}

    /** Signatures of several kinds that contradict each other. */
    record Ambivalent() implements DeviceContent {}
}
