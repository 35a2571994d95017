// SPDX-License-Identifier: Apache-2.0
package io.pmemcsi.driver.volume;

import io.pmemcsi.driver.device.Capacity;
import io.pmemcsi.driver.device.DeviceManager;
import io.pmemcsi.driver.domain.AccessType;
import io.pmemcsi.driver.domain.ByteSize;
import io.pmemcsi.driver.domain.FailureKind;
import io.pmemcsi.driver.domain.FsType;
import io.pmemcsi.driver.domain.Quoted;
import io.pmemcsi.driver.domain.StorageException;
import io.pmemcsi.driver.domain.VolumeId;
import io.pmemcsi.driver.mount.FsUsage;
import io.pmemcsi.driver.mount.Mounter;
import io.pmemcsi.driver.mount.Occupant;
import io.pmemcsi.driver.state.VolumeRecord;
import io.pmemcsi.driver.state.VolumeState;
import io.pmemcsi.driver.state.VolumeStore;
import java.nio.file.Path;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/** Answers questions and changes nothing; takes no lease. Safe for concurrent use. */
public final class VolumeReports {
    private final VolumeStore store;
    private final DeviceManager devices;
    private final Mounter mounter;
    private final Volumes volumes;
    private final HealthCheck health;
    private final Places places;

    public VolumeReports(VolumeStore store, DeviceManager devices, Mounter mounter) {
        this.store = store;
        this.devices = devices;
        this.mounter = mounter;
        this.volumes = new Volumes(store, devices);
        this.health = new HealthCheck(devices);
        this.places = new Places(devices, mounter);
    }

    /**
     * The record of a persistent volume.
     *
     * @throws StorageException of kind NOT_FOUND, also for an inline volume
     */
    public VolumeRecord requirePersistent(VolumeId id) {
        return volumes.requirePersistent(id);
    }

    /**
     * A volume and its health.
     *
     * @throws StorageException of kind NOT_FOUND
     */
    public VolumeStatus status(VolumeId id) {
        return status(volumes.require(id));
    }

    /**
     * Lists volumes, inline ones too.
     *
     * @param after list only volumes whose ids come after this one; it need not exist any more
     * @param most at most so many; zero for all
     */
    public VolumePage list(Optional<VolumeId> after, int most) {
        Stream<VolumeRecord> matching = store.all().stream()
                .filter(VolumeRecord::isReady)
                .filter(volume -> after.map(id -> volume.id().compareTo(id) > 0).orElse(true));
        List<VolumeRecord> found = matching.toList();
        boolean cut = most > 0 && found.size() > most;
        List<VolumeStatus> page = found.subList(0, cut ? most : found.size()).stream()
                .map(this::status)
                .toList();
        return new VolumePage(page, cut ? Optional.of(page.getLast().volume().id()) : Optional.empty());
    }

    /**
     * Measures how full a volume is.
     *
     * @param path one of the paths where the volume is staged or published
     * @throws StorageException of kind NOT_FOUND when the volume does not exist or is not there
     */
    public VolumeStats stats(VolumeId id, Path path) {
        VolumeRecord volume = volumes.require(id);
        PublishRules.checkVisibleAt(volume, path);
        Optional<FsUsage> usage =
                volume.traits().access() == AccessType.MOUNT ? Optional.of(usage(volume, path)) : Optional.empty();
        return new VolumeStats(volume.size(), usage);
    }

    /** What somebody else has mounted over a volume is not the volume's. */
    private FsUsage usage(VolumeRecord volume, Path path) {
        if (places.at(volume, path) == Occupant.OTHER) {
            throw new StorageException(
                    FailureKind.NOT_FOUND, "volume " + volume.id() + " is not what is mounted at " + Quoted.path(path));
        }
        return mounter.usage(path);
    }

    /** The space for volumes of the given kind; the largest is zero when not even the smallest would fit. */
    public Capacity capacity(Optional<VolumeWish> wish) {
        Capacity capacity = devices.capacity();
        ByteSize minimum = wish.filter(asked -> asked.access() == AccessType.MOUNT)
                .map(asked -> asked.fsType()
                        .or(() -> asked.parameters().fsType())
                        .orElse(FsType.EXT4)
                        .minimum())
                .map(needed -> ByteSize.max(needed, capacity.minimum()))
                .orElse(capacity.minimum());
        ByteSize largest = capacity.largest().isBelow(minimum) ? ByteSize.ZERO : capacity.largest();
        return new Capacity(capacity.total(), capacity.managed(), capacity.available(), largest, minimum);
    }

    /** How many volumes are in each state, inline ones too. */
    public Map<VolumeState, Long> counts() {
        Map<VolumeState, Long> counts = new EnumMap<>(VolumeState.class);
        for (VolumeState state : VolumeState.values()) {
            counts.put(state, 0L);
        }
        store.all().forEach(volume -> counts.merge(volume.state(), 1L, Long::sum));
        return counts;
    }

    /** What is wrong with the memory of this node as a whole. */
    public List<Finding> nodeFindings() {
        return health.ofNode();
    }

    private VolumeStatus status(VolumeRecord volume) {
        return new VolumeStatus(volume, health.of(volume));
    }
}
