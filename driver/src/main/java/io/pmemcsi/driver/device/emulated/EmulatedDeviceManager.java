// SPDX-License-Identifier: Apache-2.0
package io.pmemcsi.driver.device.emulated;

import io.pmemcsi.bindings.linux.BlockDevices;
import io.pmemcsi.bindings.linux.FileSpace;
import io.pmemcsi.bindings.linux.LoopDevices;
import io.pmemcsi.driver.device.Capacity;
import io.pmemcsi.driver.device.Device;
import io.pmemcsi.driver.device.DeviceManager;
import io.pmemcsi.driver.device.DeviceRequest;
import io.pmemcsi.driver.device.DeviceTraits;
import io.pmemcsi.driver.device.MediaError;
import io.pmemcsi.driver.device.SizePlan;
import io.pmemcsi.driver.device.SizeRule;
import io.pmemcsi.driver.device.SpaceAccount;
import io.pmemcsi.driver.domain.ByteSize;
import io.pmemcsi.driver.domain.FailureKind;
import io.pmemcsi.driver.domain.StorageException;
import io.pmemcsi.driver.domain.VolumeId;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Devices that are files behind loop devices: for machines without persistent memory. Needs root and loop devices. Sizes
 * are multiples of 1 MiB, all space is reserved when a device is made, and a device belongs to this driver when its
 * file {@code <id>.img} is in the directory. Safe for concurrent use as the port says.
 *
 * <p>Quarantine detaches the loop device. It does not outlive the process: {@link #recover} attaches again what was
 * being erased, and the caller quarantines it again. On a host file system that never overwrites in place (btrfs, ZFS)
 * erased data may stay in blocks that the host has freed; no volume can show them.
 */
public final class EmulatedDeviceManager implements DeviceManager {
    private static final Logger LOG = LoggerFactory.getLogger(EmulatedDeviceManager.class);
    private static final ByteSize UNIT = ByteSize.mebibytes(1);
    /** Left free on the host's file system for its own metadata and for the volume records. */
    private static final ByteSize HEADROOM = ByteSize.mebibytes(4);

    private static final DeviceTraits TRAITS = new DeviceTraits(
            "emulated",
            false,
            true,
            true,
            Optional.of("emulated device: a file behind a loop device, not persistent memory; no DAX"));

    private final SizeRule rule;
    private final BackingDirectory directory;
    private final Attachments attachments;
    private final SpaceAccount space;
    private final Map<VolumeId, EmulatedVolume> volumes = new ConcurrentHashMap<>();

    /**
     * @param directory where the backing files are; made by {@link #recover} when absent
     * @param capacity what all volumes may take together; the host's file system may have less
     */
    public EmulatedDeviceManager(Path directory, ByteSize capacity) {
        this(
                new BackingDirectory(directory, new FileSpace()),
                capacity,
                backing -> new LoopAttachments(backing, new LoopDevices(), new BlockDevices()));
    }

    /** With other attachments, for tests without loop devices. */
    EmulatedDeviceManager(
            BackingDirectory directory, ByteSize capacity, Function<BackingDirectory, Attachments> attachments) {
        this.rule = new SizeRule(UNIT, capacity);
        this.directory = directory;
        this.attachments = attachments.apply(directory);
        this.space = new SpaceAccount(rule, () -> this.directory.free().minusOrZero(HEADROOM));
    }

    @Override
    public DeviceTraits traits() {
        return TRAITS;
    }

    @Override
    public List<Device> recover() {
        directory.open();
        volumes.clear();
        space.clear();
        List<BackingFile> files = directory.list();
        Faults.during("looking through the loop devices", () -> attachments.sweep(files));
        List<Device> devices = new ArrayList<>();
        for (BackingFile file : files) {
            EmulatedVolume volume = new EmulatedVolume(file.id(), directory, attachments);
            volumes.put(file.id(), volume);
            space.book(file.id(), file.size());
            recovered(file, volume).ifPresent(devices::add);
        }
        return devices;
    }

    /** One volume that cannot be attached does not keep the others from their users; {@link #find} tries again. */
    private Optional<Device> recovered(BackingFile file, EmulatedVolume volume) {
        try {
            directory.trim(file);
            return volume.device();
        } catch (StorageException e) {
            LOG.atError()
                    .addKeyValue("volume", file.id())
                    .setCause(e)
                    .log("the device of this volume is there but not usable");
            return Optional.empty();
        }
    }

    @Override
    public Capacity capacity() {
        return space.capacity();
    }

    @Override
    public SizePlan plan(DeviceRequest request) {
        return SizePlan.whole(UNIT, rule.choose(request), space.capacity().largest());
    }

    @Override
    public Device create(VolumeId id, DeviceRequest request) {
        EmulatedVolume existing = volumes.get(id);
        if (existing != null) {
            return existing(id, existing, request);
        }
        ByteSize size = rule.choose(request);
        String asked = SizeRule.describe(request, size);
        space.promise(id, size, asked);
        try {
            return make(id, size);
        } catch (StorageException e) {
            space.cancel(id);
            throw explained(e, asked);
        } catch (RuntimeException e) {
            space.cancel(id);
            throw e;
        }
    }

    private Device make(VolumeId id, ByteSize size) {
        BackingFile file = directory.make(id, size, () -> space.taken(id));
        EmulatedVolume volume = new EmulatedVolume(id, directory, attachments);
        volumes.put(id, volume);
        space.book(id, file.size());
        try {
            return volume.device().orElseThrow(() -> gone(id));
        } catch (RuntimeException e) {
            undo(id, e);
            throw e;
        }
    }

    /** What cannot be undone stays known and booked, so that its caller's {@link #remove} does not take it for gone. */
    private void undo(VolumeId id, RuntimeException reason) {
        try {
            quarantine(id);
            remove(id);
        } catch (RuntimeException e) {
            reason.addSuppressed(e);
        }
    }

    private static Device existing(VolumeId id, EmulatedVolume existing, DeviceRequest request) {
        if (existing.isQuarantined()) {
            throw new StorageException(FailureKind.BUSY, "the device of volume " + id + " is still being erased");
        }
        Device device = existing.device().orElseThrow(() -> gone(id));
        if (!SizeRule.fits(device.size(), request)) {
            throw new StorageException(
                    FailureKind.EXISTS_DIFFERENTLY,
                    "the device of volume " + id + " exists with " + device.size() + ", requested is " + request.size()
                            + " (minimum of the content " + request.minimum() + ")");
        }
        return device;
    }

    @Override
    public Optional<Device> find(VolumeId id) {
        return Optional.ofNullable(volumes.get(id)).flatMap(EmulatedVolume::device);
    }

    @Override
    public Device expand(VolumeId id, DeviceRequest request) {
        EmulatedVolume volume = Optional.ofNullable(volumes.get(id)).orElseThrow(() -> gone(id));
        Device device = volume.device().orElseThrow(() -> gone(id));
        if (SizeRule.fits(device.size(), request)) {
            return device;
        }
        ByteSize size = rule.choose(request);
        if (size.isBelow(device.size())) {
            throw new StorageException(
                    FailureKind.SIZE_UNSUPPORTED,
                    "volume " + id + " has " + device.size() + " and never shrinks; requested is " + request.size());
        }
        String asked = SizeRule.describe(request, size);
        space.promise(id, size.minusOrZero(device.size()), asked);
        try {
            Device grown = volume.grow(size, () -> space.taken(id));
            space.book(id, grown.size());
            return grown;
        } catch (StorageException e) {
            settle(id, e);
            throw explained(e, asked);
        } catch (RuntimeException e) {
            settle(id, e);
            throw e;
        }
    }

    /** The file may have grown although the device could not follow. */
    private void settle(VolumeId id, RuntimeException reason) {
        try {
            directory.find(id).ifPresent(file -> space.book(id, file.size()));
        } catch (RuntimeException e) {
            reason.addSuppressed(e);
        } finally {
            space.cancel(id);
        }
    }

    @Override
    public void quarantine(VolumeId id) {
        Optional.ofNullable(volumes.get(id)).ifPresent(EmulatedVolume::quarantine);
    }

    @Override
    public OptionalLong zero(VolumeId id, long offset, ByteSize length) {
        if (offset < 0 || offset % BackingDirectory.PAGE != 0 || length.bytes() < BackingDirectory.PAGE) {
            throw new IllegalArgumentException("cannot zero " + length + " from offset " + offset);
        }
        return Optional.ofNullable(volumes.get(id)).orElseThrow(() -> gone(id)).zero(offset, length);
    }

    @Override
    public void remove(VolumeId id) {
        EmulatedVolume volume = volumes.get(id);
        if (volume != null) {
            volume.remove();
            volumes.remove(id);
            space.release(id);
        }
    }

    /** The host's file system hides what it knows of its own medium. */
    @Override
    public List<MediaError> mediaErrors(VolumeId id) {
        return List.of();
    }

    private static StorageException gone(VolumeId id) {
        return new StorageException(FailureKind.NOT_FOUND, "volume " + id + " has no device");
    }

    /** A host file system that is full after all is reported as a full node is. */
    private StorageException explained(StorageException e, String asked) {
        if (e.kind() != FailureKind.OUT_OF_SPACE && e.kind() != FailureKind.SIZE_UNSUPPORTED) {
            return e;
        }
        return new StorageException(
                e.kind(), asked + ": " + capacity().largest() + " would fit now (" + e.text() + ")", e);
    }
}
