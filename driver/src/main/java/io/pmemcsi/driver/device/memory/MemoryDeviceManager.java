// SPDX-License-Identifier: Apache-2.0
package io.pmemcsi.driver.device.memory;

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
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.TreeMap;
import java.util.function.Predicate;

/**
 * Devices that exist in this object only: the reference implementation of the port, and the memory mode. Sizes are
 * multiples of 1 MiB; a device path is {@code /memory/<id>} and names no file. Content is kept sparsely and can be
 * read, written and held through this class. Safe for concurrent use.
 *
 * <p>{@link #recover} may be called again to play a restart of the driver: devices and content stay, quarantine ends.
 */
public final class MemoryDeviceManager implements DeviceManager {
    private static final ByteSize UNIT = ByteSize.mebibytes(1);
    private static final DeviceTraits TRAITS = new DeviceTraits(
            "memory",
            false,
            true,
            false,
            Optional.of("memory device: exists in the driver's own memory only; no data survives the driver"));

    private final DeviceTraits traits;
    private final SizeRule rule;
    private final SpaceAccount space;
    private final Map<VolumeId, MemoryDevice> devices = new TreeMap<>();
    private volatile Predicate<Device> mounted = _ -> false;

    public MemoryDeviceManager(ByteSize managed) {
        this(managed, TRAITS);
    }

    /** With other traits, to play other modes in tests. */
    public MemoryDeviceManager(ByteSize managed, DeviceTraits traits) {
        this.traits = traits;
        this.rule = new SizeRule(UNIT, managed);
        this.space = new SpaceAccount(rule, () -> managed);
    }

    /** Devices for which {@code other} says so are in use, as ones with a {@link Hold} are: mounted ones, for example. */
    public void alsoInUse(Predicate<Device> other) {
        mounted = other;
    }

    /** Keeps a device in use, as a mount or an opened device node does, until it is closed. */
    public interface Hold extends AutoCloseable {
        @Override
        void close();
    }

    @Override
    public DeviceTraits traits() {
        return traits;
    }

    @Override
    public synchronized List<Device> recover() {
        devices.values().forEach(device -> device.quarantine(false));
        return devices.entrySet().stream()
                .map(entry -> device(entry.getKey(), entry.getValue()))
                .toList();
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
    public synchronized Device create(VolumeId id, DeviceRequest request) {
        MemoryDevice existing = devices.get(id);
        if (existing != null) {
            return existing(id, existing, request);
        }
        ByteSize size = rule.choose(request);
        space.promise(id, size, SizeRule.describe(request, size));
        MemoryDevice made = new MemoryDevice(size, request.usage());
        devices.put(id, made);
        space.book(id, size);
        return device(id, made);
    }

    private static Device existing(VolumeId id, MemoryDevice existing, DeviceRequest request) {
        if (existing.isQuarantined()) {
            throw new StorageException(FailureKind.BUSY, "the device of volume " + id + " is still being erased");
        }
        if (!SizeRule.fits(existing.size(), request)) {
            throw new StorageException(
                    FailureKind.EXISTS_DIFFERENTLY,
                    "the device of volume " + id + " exists with " + existing.size() + ", requested is "
                            + request.size() + " (minimum of the content " + request.minimum() + ")");
        }
        return device(id, existing);
    }

    @Override
    public synchronized Optional<Device> find(VolumeId id) {
        return reachable(id).map(found -> device(id, found));
    }

    @Override
    public synchronized Device expand(VolumeId id, DeviceRequest request) {
        MemoryDevice found = require(id);
        if (SizeRule.fits(found.size(), request)) {
            return device(id, found);
        }
        if (!traits.expandable()) {
            throw new StorageException(
                    FailureKind.UNSUPPORTED, "devices of mode " + traits.mode() + " cannot be expanded");
        }
        ByteSize size = rule.choose(request);
        if (size.isBelow(found.size())) {
            throw new StorageException(
                    FailureKind.SIZE_UNSUPPORTED,
                    "volume " + id + " has " + found.size() + " and never shrinks; requested is " + request.size());
        }
        space.promise(id, size.minusOrZero(found.size()), SizeRule.describe(request, size));
        found.grow(size);
        space.book(id, size);
        return device(id, found);
    }

    @Override
    public synchronized void quarantine(VolumeId id) {
        MemoryDevice found = devices.get(id);
        if (found == null || found.isQuarantined()) {
            return;
        }
        if (found.isHeld() || mounted.test(device(id, found))) {
            throw new StorageException(FailureKind.IN_USE, "the device of volume " + id + " is in use");
        }
        found.quarantine(true);
    }

    @Override
    public synchronized OptionalLong zero(VolumeId id, long offset, ByteSize length) {
        if (offset < 0 || offset % MemoryDevice.PAGE != 0 || length.bytes() < MemoryDevice.PAGE) {
            throw new IllegalArgumentException("cannot zero " + length + " from offset " + offset);
        }
        MemoryDevice found = devices.get(id);
        if (found == null) {
            throw new StorageException(FailureKind.NOT_FOUND, "volume " + id + " has no device");
        }
        requireQuarantined(id, found);
        long rest = Math.max(0, found.size().bytes() - offset);
        long whole = length.bytes() - length.bytes() % MemoryDevice.PAGE;
        long end = offset + Math.min(rest, whole);
        found.zero(offset, end);
        return end >= found.size().bytes() ? OptionalLong.empty() : OptionalLong.of(end);
    }

    @Override
    public synchronized void remove(VolumeId id) {
        MemoryDevice found = devices.get(id);
        if (found == null) {
            return;
        }
        requireQuarantined(id, found);
        devices.remove(id);
        space.release(id);
    }

    /** Reads from a device as its user would; NOT_FOUND when there is none or it is quarantined. */
    public synchronized byte[] read(VolumeId id, long offset, int length) {
        return require(id).read(offset, length);
    }

    /** Writes to a device as its user would; NOT_FOUND when there is none or it is quarantined. */
    public synchronized void write(VolumeId id, long offset, byte[] data) {
        require(id).write(offset, data);
    }

    /** Whether the device, quarantined or not, holds any byte that is not zero; false when there is none. */
    public synchronized boolean holdsData(VolumeId id) {
        MemoryDevice found = devices.get(id);
        return found != null && found.holdsData();
    }

    /** Uses a device; NOT_FOUND when there is none or it is quarantined. */
    public synchronized Hold hold(VolumeId id) {
        MemoryDevice found = require(id);
        found.hold(1);
        return () -> {
            synchronized (this) {
                found.hold(-1);
            }
        };
    }

    @Override
    public synchronized List<MediaError> mediaErrors(VolumeId id) {
        return reachable(id).map(MemoryDevice::damage).orElse(List.of());
    }

    /** Plays damage of the medium; NOT_FOUND when there is no device or it is quarantined. */
    public synchronized void damage(VolumeId id, List<MediaError> errors) {
        require(id).damage(errors);
    }

    private MemoryDevice require(VolumeId id) {
        return reachable(id)
                .orElseThrow(() -> new StorageException(FailureKind.NOT_FOUND, "there is no device for volume " + id));
    }

    private Optional<MemoryDevice> reachable(VolumeId id) {
        return Optional.ofNullable(devices.get(id)).filter(found -> !found.isQuarantined());
    }

    private static void requireQuarantined(VolumeId id, MemoryDevice device) {
        if (!device.isQuarantined()) {
            throw new StorageException(FailureKind.IN_USE, "the device of volume " + id + " is not quarantined");
        }
    }

    private static Device device(VolumeId id, MemoryDevice found) {
        return new Device(id, found.size(), found.usage(), Path.of("/memory", id.value()));
    }
}
