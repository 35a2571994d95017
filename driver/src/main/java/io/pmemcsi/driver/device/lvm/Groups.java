// SPDX-License-Identifier: Apache-2.0
package io.pmemcsi.driver.device.lvm;

import io.pmemcsi.bindings.lvm.VolumeGroupInfo;
import io.pmemcsi.driver.device.Capacity;
import io.pmemcsi.driver.device.DeviceRequest;
import io.pmemcsi.driver.device.SizePlan;
import io.pmemcsi.driver.device.SizeRule;
import io.pmemcsi.driver.domain.ByteSize;
import io.pmemcsi.driver.domain.FailureKind;
import io.pmemcsi.driver.domain.StorageException;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.function.ToLongFunction;
import java.util.regex.Pattern;

/**
 * The driver's volume groups at one moment, and which of them a new volume goes to. Pure.
 *
 * @param usable the groups that are complete, in the order of their names
 */
record Groups(List<VolumeGroupInfo> usable) {
    /** What an extent is when there is no group yet to ask. */
    private static final ByteSize EXTENT = ByteSize.mebibytes(4);

    /** {@code <bus><region>fsdax}, as the archived driver named them. */
    private static final Pattern NAME = Pattern.compile("ndbus[0-9]+region[0-9]+fsdax");

    Groups {
        usable = List.copyOf(usable);
    }

    /** Of all groups of the node those that belong to the driver and miss no part. */
    static Groups of(List<VolumeGroupInfo> all) {
        return new Groups(all.stream()
                .filter(group -> isOurs(group.name()) && group.missing() == 0)
                .sorted(Comparator.comparing(VolumeGroupInfo::name))
                .toList());
    }

    static boolean isOurs(String group) {
        return NAME.matcher(group).matches();
    }

    Optional<VolumeGroupInfo> find(String name) {
        return usable.stream().filter(group -> group.name().equals(name)).findFirst();
    }

    /** Sizes are multiples of this; the smallest volume. */
    ByteSize unit() {
        return usable.stream()
                .map(group -> ByteSize.of(group.extent()))
                .max(Comparator.naturalOrder())
                .orElse(EXTENT);
    }

    Capacity capacity() {
        ByteSize managed = sum(VolumeGroupInfo::size);
        return new Capacity(managed, managed, sum(VolumeGroupInfo::free), largestFree(), unit());
    }

    /**
     * The size of a new volume.
     *
     * @throws StorageException of kind SIZE_UNSUPPORTED when no group could ever hold it, OUT_OF_SPACE when there is no group
     */
    ByteSize choose(DeviceRequest request) {
        if (usable.isEmpty()) {
            throw new StorageException(
                    FailureKind.OUT_OF_SPACE,
                    "requested " + request.size()
                            + ": this node has no volume group on persistent memory; make one with"
                            + " 'pmem-csi prepare', or see what keeps it away with 'pmem-csi doctor'");
        }
        ByteSize largest = usable.stream()
                .map(group -> ByteSize.of(group.size()))
                .max(Comparator.naturalOrder())
                .orElse(ByteSize.ZERO);
        return new SizeRule(unit(), largest).choose(request);
    }

    /** As the port says. */
    SizePlan plan(DeviceRequest request) {
        return SizePlan.whole(unit(), choose(request), largestFree());
    }

    /**
     * The group in which the least is left over, so that large volumes still find room elsewhere.
     *
     * @throws StorageException of kind OUT_OF_SPACE, naming what would fit
     */
    VolumeGroupInfo bestFit(DeviceRequest request, ByteSize size) {
        return usable.stream()
                .filter(group -> group.free() >= size.bytes())
                .min(Comparator.comparingLong(VolumeGroupInfo::free))
                .orElseThrow(() -> new StorageException(
                        FailureKind.OUT_OF_SPACE,
                        SizeRule.describe(request, size) + ": " + largestFree() + " would fit now"
                                + (usable.size() > 1
                                        ? " in one region, " + sum(VolumeGroupInfo::free) + " in all"
                                        : "")));
    }

    private ByteSize largestFree() {
        return usable.stream()
                .map(group -> ByteSize.of(group.free()))
                .max(Comparator.naturalOrder())
                .orElse(ByteSize.ZERO);
    }

    private ByteSize sum(ToLongFunction<VolumeGroupInfo> bytes) {
        return ByteSize.of(usable.stream().mapToLong(bytes).sum());
    }
}
