// SPDX-License-Identifier: Apache-2.0
package io.pmemcsi.driver.device.lvm;

import io.pmemcsi.bindings.Errno;
import io.pmemcsi.bindings.NativeCallException;
import io.pmemcsi.bindings.linux.BadBlocks;
import io.pmemcsi.bindings.linux.BlockDevices;
import io.pmemcsi.bindings.lvm.LogicalVolumeInfo;
import io.pmemcsi.bindings.lvm.Lvm;
import io.pmemcsi.bindings.lvm.VolumeGroupInfo;
import io.pmemcsi.driver.device.Capacity;
import io.pmemcsi.driver.device.Device;
import io.pmemcsi.driver.device.DeviceManager;
import io.pmemcsi.driver.device.DeviceRequest;
import io.pmemcsi.driver.device.DeviceTraits;
import io.pmemcsi.driver.device.MediaError;
import io.pmemcsi.driver.device.SizePlan;
import io.pmemcsi.driver.device.SizeRule;
import io.pmemcsi.driver.domain.ByteSize;
import io.pmemcsi.driver.domain.FailureKind;
import io.pmemcsi.driver.domain.StorageException;
import io.pmemcsi.driver.domain.VolumeId;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Devices that are linear logical volumes in the volume groups that {@code pmem-csi prepare} makes, one per region. Sizes
 * are multiples of the groups' extents, 4 MiB. Any free extents make a volume, so the largest one is what is free in one group.
 * Safe for concurrent use as the port says.
 *
 * <p>Space leaves a volume only after it was overwritten, so a new volume, and what a volume grows by, holds zeroes, or what was on
 * the memory before {@code prepare}.
 */
public final class LvmDeviceManager implements DeviceManager {
    private static final Logger LOG = LoggerFactory.getLogger(LvmDeviceManager.class);
    private static final int PAGE = 4096;

    /** Overwritten on creation, so that nothing is recognised that was on the memory before the driver got it. */
    private static final ByteSize HEAD = ByteSize.mebibytes(1);

    private static final DeviceTraits TRAITS = new DeviceTraits("lvm", true, true, true, Optional.empty());

    private final LogicalVolumes lvm;
    private final BlockDevices blockDevices;
    private final Map<VolumeId, LogicalVolume> volumes = new ConcurrentHashMap<>();
    private final Map<VolumeId, List<Part>> parts = new ConcurrentHashMap<>();

    /** Volumes of creations that have failed without LVM telling whether anything is left of them. */
    private final Set<VolumeId> doubtful = ConcurrentHashMap.newKeySet();

    /** Held over each change of what LVM knows, and its look at it; while a device is overwritten only for the head of a new one. */
    private final ReentrantLock changes = new ReentrantLock();

    private volatile Groups groups = new Groups(List.of());
    private final MissedVolumes missed = new MissedVolumes();

    public LvmDeviceManager(Lvm lvm, BlockDevices blockDevices) {
        this.lvm = new LogicalVolumes(lvm);
        this.blockDevices = blockDevices;
    }

    @Override
    public DeviceTraits traits() {
        return TRAITS;
    }

    @Override
    public List<Device> recover() {
        return locked(() -> {
            volumes.clear();
            parts.clear();
            doubtful.clear();
            groups = lvm.groups();
            missed.clear();
            if (groups.usable().isEmpty()) {
                LOG.warn(
                        "there is no volume group on persistent memory: run 'pmem-csi prepare'; until then there is no space");
            }
            List<Device> devices = new ArrayList<>();
            for (LogicalVolumeInfo info : lvm.all()) {
                VolumeId id = new VolumeId(info.name());
                LogicalVolume first = volumes.putIfAbsent(id, new LogicalVolume(id, info, false));
                if (first == null) {
                    recovered(id).ifPresent(devices::add);
                } else {
                    LOG.error(
                            "the logical volume {} is in the groups {} and {}; only the first one is used",
                            id,
                            first.info().group(),
                            info.group());
                }
            }
            return devices;
        });
    }

    /** One volume that cannot be activated does not keep the others from their users; {@link #find} tries again. */
    private Optional<Device> recovered(VolumeId id) {
        try {
            return find(id);
        } catch (StorageException e) {
            LOG.atError()
                    .addKeyValue("volume", id)
                    .setCause(e)
                    .log("the device of this volume is there but not usable");
            return Optional.empty();
        }
    }

    @Override
    public Capacity capacity() {
        return current().capacity();
    }

    @Override
    public SizePlan plan(DeviceRequest request) {
        return current().plan(request);
    }

    /** Looks at the groups anew unless a change is under way, so that a {@code prepare} is seen without a restart. */
    private Groups current() {
        if (changes.tryLock()) {
            try {
                groups = lvm.groups();
            } finally {
                changes.unlock();
            }
        }
        return groups;
    }

    @Override
    public Device create(VolumeId id, DeviceRequest request) {
        return locked(() -> {
            settle(id);
            LogicalVolume existing = volumes.get(id);
            if (existing != null) {
                return existing(existing, request);
            }
            groups = lvm.groups();
            ByteSize size = groups.choose(request);
            VolumeGroupInfo group = groups.bestFit(request, size);
            return make(id, group, size);
        });
    }

    private Device existing(LogicalVolume existing, DeviceRequest request) {
        VolumeId id = existing.id();
        if (existing.quarantined()) {
            throw new StorageException(FailureKind.BUSY, "the device of volume " + id + " is still being erased");
        }
        Device device = find(id).orElseThrow(() -> gone(id));
        if (!SizeRule.fits(device.size(), request)) {
            throw new StorageException(
                    FailureKind.EXISTS_DIFFERENTLY,
                    "the device of volume " + id + " exists with " + device.size() + ", requested is " + request.size()
                            + " (minimum of the content " + request.minimum() + ")");
        }
        return device;
    }

    private Device make(VolumeId id, VolumeGroupInfo group, ByteSize size) {
        doubtful.add(id);
        LogicalVolumeInfo info = lvm.create(id, group.name(), size.bytes() / group.extent());
        volumes.put(id, new LogicalVolume(id, info, false));
        doubtful.remove(id);
        try {
            Device device = find(id).orElseThrow(() -> gone(id));
            overwrite(id, device, 0, Math.min(HEAD.bytes(), size.bytes()));
            groups = lvm.groups();
            return device;
        } catch (RuntimeException e) {
            undo(id, e);
            throw e;
        }
    }

    /** Asks LVM what a creation of doubtful outcome has left; that is out of use from the beginning. */
    private void settle(VolumeId id) {
        if (doubtful.contains(id)) {
            lvm.named(id).ifPresent(info -> volumes.put(id, new LogicalVolume(id, info, true)));
            doubtful.remove(id);
        }
    }

    /** What cannot be undone stays known, so that its caller's {@link #remove} does not take it for gone. */
    private void undo(VolumeId id, RuntimeException reason) {
        try {
            quarantine(id);
            remove(id);
        } catch (RuntimeException e) {
            reason.addSuppressed(e);
        }
    }

    @Override
    public Optional<Device> find(VolumeId id) {
        LogicalVolume volume = volumes.get(id);
        if (volume == null ? missed.contains(id, groups) : volume.quarantined()) {
            return Optional.empty();
        }
        Optional<Device> ready = Optional.ofNullable(volume).flatMap(LogicalVolume::device);
        return ready.isPresent() ? ready : locked(() -> activated(id).flatMap(LogicalVolume::device));
    }

    /** Looks at a logical volume that is not ready, and activates it. */
    private Optional<LogicalVolume> activated(VolumeId id) {
        LogicalVolume volume = volumes.get(id);
        if (volume != null && volume.device().isPresent()) {
            return Optional.of(volume);
        }
        Optional<LogicalVolumeInfo> now = volume == null ? lvm.named(id) : lvm.look(volume.info());
        if (now.isEmpty()) {
            volumes.remove(id);
            parts.remove(id);
            missed.add(id);
            return Optional.empty();
        }
        if (volume == null) {
            volume = new LogicalVolume(id, now.get(), false);
            volumes.put(id, volume);
        }
        if (now.get().device().isEmpty()) {
            lvm.activate(now.get());
            now = lvm.look(volume.info());
        }
        LogicalVolume active = volume.with(now.orElseThrow(() -> gone(id)));
        if (active.device().isEmpty()) {
            throw new StorageException(
                    FailureKind.BACKEND_FAULT,
                    "the logical volume " + id + " in group " + active.info().group()
                            + " is active and has no device node in /dev");
        }
        volumes.put(id, active);
        return Optional.of(active);
    }

    @Override
    public Device expand(VolumeId id, DeviceRequest request) {
        return locked(() -> {
            Device _ = find(id).orElseThrow(() -> gone(id));
            // An earlier call may have failed after LVM had grown it.
            LogicalVolumeInfo info = lvm.look(known(id).info()).orElseThrow(() -> gone(id));
            volumes.put(id, known(id).with(info));
            Device device = find(id).orElseThrow(() -> gone(id));
            if (SizeRule.fits(device.size(), request)) {
                return device;
            }
            groups = lvm.groups();
            VolumeGroupInfo group = groups.find(info.group())
                    .orElseThrow(() -> new StorageException(
                            FailureKind.BACKEND_FAULT, "the volume group " + info.group() + " is not complete"));
            ByteSize size = new SizeRule(ByteSize.of(group.extent()), ByteSize.of(group.size())).choose(request);
            checkGrowth(id, device.size(), size, group, request);
            lvm.extend(info, size.bytes() / group.extent());
            parts.remove(id);
            volumes.put(id, known(id).with(lvm.look(info).orElseThrow(() -> gone(id))));
            groups = lvm.groups();
            return find(id).orElseThrow(() -> gone(id));
        });
    }

    private static void checkGrowth(
            VolumeId id, ByteSize before, ByteSize size, VolumeGroupInfo group, DeviceRequest request) {
        if (size.isBelow(before)) {
            throw new StorageException(
                    FailureKind.SIZE_UNSUPPORTED,
                    "volume " + id + " has " + before + " and never shrinks; requested is " + request.size());
        }
        ByteSize free = ByteSize.of(group.free());
        if (size.minusOrZero(before).isAbove(free)) {
            throw new StorageException(
                    FailureKind.OUT_OF_SPACE,
                    SizeRule.describe(request, size) + ": volume " + id + " can grow from " + before + " to "
                            + before.plus(free) + " now");
        }
    }

    @Override
    public void quarantine(VolumeId id) {
        locked(() -> {
            LogicalVolume volume = volumes.get(id);
            if (volume != null && !volume.quarantined()) {
                volume.device().ifPresent(device -> takeAway(volume, device));
                volumes.put(id, volume.asQuarantined());
            }
            return true;
        });
    }

    /**
     * Its device goes, so that nobody writes to what is erased already; {@link #zero} makes one of its own. Without a device there is
     * nothing to take, as where part of its memory is missing.
     */
    private void takeAway(LogicalVolume volume, Device device) {
        VolumeId id = volume.id();
        if (during("looking at", id, () -> blockDevices.isHeld(device.path()))) {
            throw new StorageException(FailureKind.IN_USE, "the device of volume " + id + " is in use");
        }
        try {
            lvm.deactivate(volume.info());
        } catch (StorageException e) {
            throw new StorageException(
                    FailureKind.IN_USE, "the device of volume " + id + " cannot be taken out of use: " + e.text(), e);
        }
    }

    @Override
    public OptionalLong zero(VolumeId id, long offset, ByteSize length) {
        if (offset < 0 || offset % PAGE != 0 || length.bytes() < PAGE) {
            throw new IllegalArgumentException("cannot zero " + length + " from offset " + offset);
        }
        LogicalVolume volume = volumes.get(id);
        if (volume == null) {
            volume = locked(() -> returned(id));
        }
        requireQuarantined(volume);
        Optional<Device> device = volume.device();
        if (device.isEmpty()) {
            device = locked(() -> activated(id).flatMap(LogicalVolume::device));
        }
        return overwriteSome(id, device.orElseThrow(() -> gone(id)), offset, length);
    }

    /** Its group may have come back since the start; whoever erases it has taken it out of use. */
    private LogicalVolume returned(VolumeId id) {
        LogicalVolume found = new LogicalVolume(id, lvm.named(id).orElseThrow(() -> gone(id)), true);
        volumes.put(id, found);
        return found;
    }

    private OptionalLong overwriteSome(VolumeId id, Device device, long offset, ByteSize length) {
        long size = device.size().bytes();
        long whole = length.bytes() - length.bytes() % PAGE;
        long end = offset >= size ? size : offset + Math.min(size - offset, whole);
        if (end > offset) {
            overwrite(id, device, offset, end - offset);
        }
        return end >= size ? OptionalLong.empty() : OptionalLong.of(end);
    }

    private void overwrite(VolumeId id, Device device, long offset, long length) {
        during("overwriting", id, () -> {
            blockDevices.zero(device.path(), offset, length);
            return true;
        });
    }

    @Override
    public void remove(VolumeId id) {
        locked(() -> {
            settle(id);
            LogicalVolume volume = volumes.get(id);
            if (volume == null) {
                return false;
            }
            requireQuarantined(volume);
            if (lvm.look(volume.info()).isPresent()) {
                lvm.remove(volume.info());
            }
            volumes.remove(id);
            parts.remove(id);
            groups = lvm.groups();
            return true;
        });
    }

    @Override
    public List<MediaError> mediaErrors(VolumeId id) {
        if (find(id).isEmpty()) {
            return List.of();
        }
        return during(
                "looking for bad blocks of",
                id,
                () -> parts(id).stream()
                        .flatMap(part -> part.damage(BadBlocks.of(part.device())).stream())
                        .sorted(Comparator.comparing(MediaError::offset))
                        .toList());
    }

    /** LVM is asked once; where a volume lies changes only when it grows. */
    private List<Part> parts(VolumeId id) {
        List<Part> found = parts.get(id);
        return found != null
                ? found
                : locked(() -> {
                    LogicalVolumeInfo info = known(id).info();
                    long extent = groups.find(info.group())
                            .map(VolumeGroupInfo::extent)
                            .orElseThrow(() -> gone(id));
                    List<Part> asked = lvm.parts(info, extent);
                    parts.put(id, asked);
                    return asked;
                });
    }

    private LogicalVolume known(VolumeId id) {
        return Optional.ofNullable(volumes.get(id)).orElseThrow(() -> gone(id));
    }

    private static void requireQuarantined(LogicalVolume volume) {
        if (!volume.quarantined()) {
            throw new StorageException(
                    FailureKind.IN_USE, "the device of volume " + volume.id() + " is not quarantined");
        }
    }

    private static StorageException gone(VolumeId id) {
        return new StorageException(FailureKind.NOT_FOUND, "volume " + id + " has no device");
    }

    private static <T> T during(String what, VolumeId id, Supplier<T> work) {
        try {
            return work.get();
        } catch (NativeCallException e) {
            FailureKind kind = e.is(Errno.EBUSY) ? FailureKind.IN_USE : FailureKind.BACKEND_FAULT;
            throw new StorageException(kind, what + " the device of volume " + id + ": " + e.getMessage(), e);
        }
    }

    private <T> T locked(Supplier<T> work) {
        changes.lock();
        try {
            return work.get();
        } finally {
            changes.unlock();
        }
    }
}
