// SPDX-License-Identifier: Apache-2.0
package io.pmemcsi.driver.device.direct;

import io.pmemcsi.bindings.ndctl.NamespaceMode;
import io.pmemcsi.bindings.ndctl.Region;
import io.pmemcsi.driver.device.Capacity;
import io.pmemcsi.driver.device.DeviceRequest;
import io.pmemcsi.driver.device.SizePlan;
import io.pmemcsi.driver.device.SizeRule;
import io.pmemcsi.driver.domain.ByteSize;
import io.pmemcsi.driver.domain.FailureKind;
import io.pmemcsi.driver.domain.StorageException;
import io.pmemcsi.driver.domain.Usage;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/**
 * The regions at one moment, and which of them gets a new namespace. A namespace is one piece of one region: what is free
 * in several pieces counts as available, but no volume gets it.
 *
 * @param regions those that can be divided into namespaces
 */
record RegionChoice(List<Region> regions) {
    private static final long LEAST_ALIGN = 16L << 20;

    RegionChoice {
        regions = regions.stream()
                .filter(region -> region.isUsable() && region.labelled() && region.size() > 0)
                .toList();
    }

    /**
     * Where a namespace goes and how large it is.
     *
     * @param region the region
     * @param raw the size of the namespace
     * @param least what its device has to show
     */
    record Place(Region region, ByteSize raw, ByteSize least) {
        /** The same place with one step more. */
        Place larger() {
            return new Place(region, raw.plus(step(region)), least);
        }
    }

    static NamespaceMode mode(Usage usage) {
        return switch (usage) {
            case APP_DIRECT -> NamespaceMode.FSDAX;
            case FILE_IO -> NamespaceMode.SECTOR;
        };
    }

    /** What a namespace was made for. */
    static Usage usage(NamespaceMode mode) {
        return mode == NamespaceMode.SECTOR ? Usage.FILE_IO : Usage.APP_DIRECT;
    }

    /**
     * The region with the least room that is enough, so that large volumes stay possible.
     *
     * @throws StorageException of kind SIZE_UNSUPPORTED or OUT_OF_SPACE, as the port says
     */
    Place choose(DeviceRequest request) {
        NamespaceMode mode = mode(request.usage());
        List<Place> allowed = allowed(request);
        return bestFit(allowed)
                .orElseThrow(() -> new StorageException(
                        FailureKind.OUT_OF_SPACE,
                        SizeRule.describe(
                                        request,
                                        NamespaceSizes.usable(
                                                mode, allowed.getFirst().raw())) + ": "
                                + largest(mode, RegionChoice::room)
                                + " would fit now, as one piece of one region"));
    }

    /** As the port says. */
    SizePlan plan(DeviceRequest request) {
        NamespaceMode mode = mode(request.usage());
        List<Place> allowed = allowed(request);
        Place place = bestFit(allowed).orElseGet(allowed::getFirst);
        return new SizePlan(
                step(place.region()),
                place.raw(),
                NamespaceSizes.usable(mode, place.raw()),
                largest(mode, RegionChoice::room));
    }

    /** Where there is room now. */
    private static Optional<Place> bestFit(List<Place> allowed) {
        return allowed.stream()
                .filter(place -> !place.raw().isAbove(room(place.region())))
                .min(Comparator.comparing(place -> room(place.region())));
    }

    /** Where an empty region would have the room; at least one. */
    private List<Place> allowed(DeviceRequest request) {
        if (regions.isEmpty()) {
            throw new StorageException(
                    FailureKind.OUT_OF_SPACE,
                    "requested is " + request.size()
                            + ": this node has no persistent memory with labels, or none that can be written to");
        }
        NamespaceMode mode = mode(request.usage());
        ByteSize least = ByteSize.max(ByteSize.max(request.size().required(), request.minimum()), ByteSize.of(1));
        List<Place> possible = regions.stream()
                .filter(region -> !least.isAbove(NamespaceSizes.usable(mode, whole(region))))
                .map(region -> new Place(region, NamespaceSizes.raw(mode, least, step(region), whole(region)), least))
                .toList();
        if (possible.isEmpty()) {
            throw unsupported(
                    request,
                    least,
                    "the largest volume that this node's empty memory can hold has "
                            + largest(mode, RegionChoice::whole));
        }
        List<Place> allowed = possible.stream()
                .filter(place -> !isAboveLimit(request, NamespaceSizes.usable(mode, place.raw())))
                .toList();
        if (allowed.isEmpty()) {
            throw unsupported(
                    request,
                    possible.stream()
                            .map(place -> NamespaceSizes.usable(mode, place.raw()))
                            .min(Comparator.naturalOrder())
                            .orElseThrow(),
                    "that is above the limit");
        }
        return allowed;
    }

    /** Whether a device of that size would be more than was asked for at most. */
    static boolean isAboveLimit(DeviceRequest request, ByteSize size) {
        return request.size().limit().map(size::isAbove).orElse(false);
    }

    Capacity capacity() {
        ByteSize total = sum(RegionChoice::whole);
        ByteSize available = regions.stream()
                .map(region -> NamespaceSizes.usable(
                        NamespaceMode.FSDAX, ByteSize.of(region.availableSize()).roundDownTo(step(region))))
                .reduce(ByteSize.ZERO, ByteSize::plus);
        ByteSize minimum = regions.stream()
                .map(region -> NamespaceSizes.usable(NamespaceMode.FSDAX, step(region)))
                .min(Comparator.naturalOrder())
                .orElse(ByteSize.ZERO);
        return new Capacity(total, total, available, largest(NamespaceMode.FSDAX, RegionChoice::room), minimum);
    }

    /** These regions with {@code place} taken. */
    RegionChoice without(Place place) {
        return new RegionChoice(regions.stream()
                .map(region -> region.equals(place.region())
                        ? reduced(region, place.raw().bytes())
                        : region)
                .toList());
    }

    /** Where the kernel puts a namespace is only known afterwards: at worst into the largest piece. */
    private static Region reduced(Region region, long raw) {
        return new Region(
                region.device(),
                region.bus(),
                region.provider(),
                region.type(),
                region.size(),
                Math.max(0, region.availableSize() - raw),
                Math.max(0, region.maxAvailableExtent() - raw),
                region.align(),
                region.interleaveWays(),
                region.numaNode(),
                region.persistenceDomain(),
                region.readOnly(),
                region.enabled(),
                true,
                region.dimms());
    }

    private ByteSize largest(NamespaceMode mode, Function<Region, ByteSize> room) {
        return regions.stream()
                .map(region -> NamespaceSizes.usable(mode, room.apply(region)))
                .max(Comparator.naturalOrder())
                .orElse(ByteSize.ZERO);
    }

    private ByteSize sum(Function<Region, ByteSize> size) {
        return regions.stream().map(size).reduce(ByteSize.ZERO, ByteSize::plus);
    }

    private static ByteSize whole(Region region) {
        return ByteSize.of(region.size()).roundDownTo(step(region));
    }

    private static ByteSize room(Region region) {
        return ByteSize.of(region.maxAvailableExtent()).roundDownTo(step(region));
    }

    /** Every module of an interleaved region takes an equal part of a namespace. */
    private static ByteSize step(Region region) {
        long align = region.align() > 0 ? region.align() : LEAST_ALIGN;
        return ByteSize.of(align % region.interleaveWays() == 0 ? align : align * region.interleaveWays());
    }

    private static StorageException unsupported(DeviceRequest request, ByteSize size, String reason) {
        return new StorageException(
                FailureKind.SIZE_UNSUPPORTED,
                SizeRule.describe(request, size) + ": no such volume can exist here; " + reason);
    }
}
