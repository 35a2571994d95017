// SPDX-License-Identifier: Apache-2.0
package io.pmemcsi.driver.doctor;

import io.pmemcsi.driver.device.Remark;
import io.pmemcsi.driver.domain.ByteSize;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * The persistent memory of a node, and what a device mode makes of it.
 *
 * @param silent the libraries that could not be asked; what they would have told is missing here
 * @param regions all regions
 * @param namespaces all namespaces
 * @param groups the driver's volume groups; none in mode direct
 * @param usable whether the driver has something to make volumes of
 * @param obstacles what the driver leaves alone or cannot use, with the reason
 * @param remarks what else the mode says of regions and namespaces
 * @param steps what {@code pmem-csi prepare} would do
 */
public record PmemFacts(
        List<Silence> silent,
        List<Region> regions,
        List<Namespace> namespaces,
        List<Group> groups,
        boolean usable,
        List<Remark> obstacles,
        List<Remark> remarks,
        List<String> steps) {
    /** What modes without persistent memory know of it. */
    public static final PmemFacts NONE =
            new PmemFacts(List.of(), List.of(), List.of(), List.of(), false, List.of(), List.of(), List.of());

    public PmemFacts {
        silent = List.copyOf(silent);
        regions = List.copyOf(regions);
        namespaces = List.copyOf(namespaces);
        groups = List.copyOf(groups);
        obstacles = List.copyOf(obstacles);
        remarks = List.copyOf(remarks);
        steps = List.copyOf(steps);
    }

    /**
     * A library that could not be asked.
     *
     * @param library its name
     * @param reason why not
     * @param cure what to do about it
     */
    public record Silence(String library, String reason, String cure) {}

    /**
     * A region.
     *
     * @param name as the kernel calls it
     * @param size all of it
     * @param free what no namespace has; zero without labels
     * @param labelled whether it has initialised labels
     */
    public record Region(String name, ByteSize size, ByteSize free, boolean labelled) {}

    /**
     * A namespace.
     *
     * @param name as the kernel calls it
     * @param region that of its region
     * @param label the name that it was given; empty for none
     * @param mode as ndctl calls it
     * @param size how much of its region it takes
     * @param own whether it is the driver's
     * @param enabled whether it has a device
     * @param block its block device
     */
    public record Namespace(
            String name,
            String region,
            String label,
            String mode,
            ByteSize size,
            boolean own,
            boolean enabled,
            Optional<BlockDevice> block) {}

    /**
     * The block device of a namespace.
     *
     * @param node where it is
     * @param dax whether the kernel offers DAX on it; empty when it does not tell
     * @param start the physical address of its first byte; empty when the kernel does not tell
     */
    public record BlockDevice(Path node, Optional<Boolean> dax, OptionalLong start) {}

    /**
     * A volume group of the driver.
     *
     * @param name its name
     * @param size all its extents
     * @param free those that no logical volume has
     * @param extent the size of one
     * @param missing how many of its physical volumes are not there
     * @param parts those that are there
     */
    public record Group(String name, ByteSize size, ByteSize free, ByteSize extent, int missing, List<Part> parts) {
        public Group {
            parts = List.copyOf(parts);
        }
    }

    /**
     * A physical volume.
     *
     * @param device what it is on
     * @param firstExtent where on the device its first extent begins
     */
    public record Part(BlockDevice device, ByteSize firstExtent) {}
}
