// SPDX-License-Identifier: Apache-2.0
package io.pmemcsi.driver.device.direct;

import io.pmemcsi.bindings.ndctl.Namespace;
import io.pmemcsi.bindings.ndctl.NamespaceSpec;
import io.pmemcsi.bindings.ndctl.Ndctl;
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
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReentrantLock;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Devices that are namespaces of persistent memory: {@code usage: AppDirect} gives FSDAX with pages of 2 MiB,
 * {@code usage: FileIO} gives SECTOR. Needs root, and regions with labels. Sizes of namespaces are multiples of the region's
 * alignment, mostly 16 MiB; a device shows a little less, never less than was asked for. A device belongs to this driver
 * when its namespace's name is a volume id; other namespaces are left alone. Safe for concurrent use as the port says.
 *
 * <p>Quarantine does not outlive the process: {@link #recover} enables again what was being erased, and the caller
 * quarantines it again.
 */
public final class DirectDeviceManager implements DeviceManager {
    private static final Logger LOG = LoggerFactory.getLogger(DirectDeviceManager.class);
    private static final int PAGE = 4096;
    /** Where the kernel looks for a description of a namespace. */
    private static final int HEAD = 8192;
    /** Begin and end of a new device are blanked that much: there signatures of file systems and partition tables are. */
    private static final long EDGE = 1L << 20;
    /** How many sizes are tried when the kernel's devices show less than expected. */
    private static final int ATTEMPTS = 4;

    private static final int CLAIM_ATTEMPTS = 50;
    private static final Duration CLAIM_PAUSE = Duration.ofMillis(100);

    private static final DeviceTraits TRAITS = new DeviceTraits("direct", true, false, true, Optional.empty());

    private final Medium medium;
    private final Map<VolumeId, DirectVolume> volumes = new ConcurrentHashMap<>();
    /** Namespaces whose creation has failed, and which may be there all the same. */
    private final Map<VolumeId, UUID> doubtful = new ConcurrentHashMap<>();
    /** Held while it is decided where a namespace goes, until it is there; and while one is taken away. */
    private final ReentrantLock layout = new ReentrantLock();

    private volatile RegionChoice regions = new RegionChoice(List.of());

    public DirectDeviceManager(Ndctl ndctl) {
        this(new NdctlMedium(ndctl));
    }

    /** With another medium, for tests without persistent memory. */
    DirectDeviceManager(Medium medium) {
        this.medium = medium;
    }

    @Override
    public DeviceTraits traits() {
        return TRAITS;
    }

    @Override
    public List<Device> recover() {
        lookForLabels();
        volumes.clear();
        List<Device> devices = new ArrayList<>();
        for (Namespace namespace : Faults.during("listing the namespaces", medium::namespaces)) {
            VolumeId.parse(namespace.name())
                    .filter(_ -> namespace.labelled())
                    .flatMap(id -> recovered(id, namespace))
                    .ifPresent(devices::add);
        }
        refresh();
        return devices;
    }

    /** Without any there is no space; what was published before, on memory that is gone or read-only now, is still taken down. */
    private void lookForLabels() {
        refresh();
        if (regions.regions().isEmpty()) {
            LOG.warn(
                    "device mode direct needs persistent memory with labels, and this node has none: {}",
                    Unlabelled.explain(medium.regions()));
        }
    }

    /** One volume that cannot be enabled does not keep the others from their users; {@link #find} tries again. */
    private Optional<Device> recovered(VolumeId id, Namespace namespace) {
        try {
            if (removedHalfMade(id, namespace)) {
                return Optional.empty();
            }
            DirectVolume volume = new DirectVolume(id, namespace.uuid(), medium);
            if (volumes.putIfAbsent(id, volume) != null) {
                LOG.atError()
                        .addKeyValue("volume", id)
                        .addKeyValue("namespace", namespace.device())
                        .log("a second namespace has the name of this volume; it is left alone");
                return Optional.empty();
            }
            return volume.device();
        } catch (StorageException e) {
            LOG.atError()
                    .addKeyValue("volume", id)
                    .addKeyValue("namespace", namespace.device())
                    .setCause(e)
                    .log("the device of this volume is there but not usable");
            return Optional.empty();
        }
    }

    /**
     * Removes a namespace that never got a description, or has lost it as the last step of being erased. One that cannot be
     * looked at is kept.
     */
    private boolean removedHalfMade(VolumeId id, Namespace namespace) {
        String doing = "looking at the namespace " + namespace.device() + " of volume " + id;
        Optional<Namespace> enabled = enabled(id, namespace);
        boolean halfMade = enabled.filter(found -> !found.isStacked())
                .flatMap(Namespace::blockDevice)
                .map(node -> Faults.during(doing, () -> medium.isBlank(node, HEAD)))
                .orElse(false);
        if (halfMade) {
            Faults.run("removing a half-made namespace of volume " + id, () -> medium.destroy(namespace));
            LOG.atInfo()
                    .addKeyValue("volume", id)
                    .addKeyValue("namespace", namespace.device())
                    .log("removed a namespace that holds no volume");
        }
        return halfMade;
    }

    private Optional<Namespace> enabled(VolumeId id, Namespace namespace) {
        try {
            return Optional.of(
                    namespace.enabled() && !namespace.rawMode()
                            ? namespace
                            : Faults.during("enabling", () -> medium.enable(namespace)));
        } catch (StorageException e) {
            LOG.atWarn().addKeyValue("volume", id).setCause(e).log("the namespace of this volume cannot be enabled");
            return Optional.empty();
        }
    }

    @Override
    public Capacity capacity() {
        return current().capacity();
    }

    /** {@inheritDoc} What the kernel will show is calculated; should it show less, {@link #create} takes a step more. */
    @Override
    public SizePlan plan(DeviceRequest request) {
        return current().plan(request);
    }

    /** Whoever holds the lock has told before what will be gone, and looks again when it is done. */
    private RegionChoice current() {
        if (layout.tryLock()) {
            try {
                refresh();
            } finally {
                layout.unlock();
            }
        }
        return regions;
    }

    private void refresh() {
        regions = new RegionChoice(Faults.during("listing the regions", medium::regions));
    }

    @Override
    public Device create(VolumeId id, DeviceRequest request) {
        DirectVolume existing = volumes.get(id);
        if (existing != null) {
            return existing(id, existing, request);
        }
        layout.lock();
        try {
            settle(id);
            refresh();
            return make(id, request);
        } finally {
            refreshQuietly();
            layout.unlock();
        }
    }

    private Device make(VolumeId id, DeviceRequest request) {
        RegionChoice.Place place = regions.choose(request);
        regions = regions.without(place);
        for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
            Namespace made = namespace(id, request, place);
            DirectVolume volume = new DirectVolume(id, made.uuid(), medium);
            volumes.put(id, volume);
            try {
                Device device = volume.device().orElseThrow(() -> gone(id));
                if (RegionChoice.isAboveLimit(request, device.size())) {
                    throw new StorageException(
                            FailureKind.SIZE_UNSUPPORTED,
                            SizeRule.describe(request, device.size()) + ": that is above the limit");
                }
                if (!device.size().isBelow(place.least())) {
                    blankEdges(device);
                    return device;
                }
                discard(id);
                place = place.larger();
            } catch (RuntimeException e) {
                undo(id, e);
                throw e;
            }
        }
        throw new StorageException(
                FailureKind.BACKEND_FAULT,
                "the namespaces that the kernel makes show much less than their size; volume " + id + " was not made");
    }

    private Namespace namespace(VolumeId id, DeviceRequest request, RegionChoice.Place place) {
        NamespaceSpec spec = new NamespaceSpec(
                place.region().device(),
                id.value(),
                UUID.randomUUID(),
                RegionChoice.mode(request.usage()),
                place.raw().bytes());
        doubtful.put(id, spec.uuid());
        Namespace made = Faults.during(
                "making a namespace of " + place.raw() + " in " + spec.region() + " for volume " + id,
                () -> medium.create(spec));
        doubtful.remove(id);
        return made;
    }

    /** Removes what a creation that failed has left all the same: two namespaces of one name could not be told apart. */
    private void settle(VolumeId id) {
        UUID uuid = doubtful.get(id);
        if (uuid != null) {
            Faults.during("listing the namespaces", medium::namespaces).stream()
                    .filter(namespace -> namespace.uuid().equals(uuid))
                    .findFirst()
                    .ifPresent(left -> {
                        Faults.run(
                                "removing a namespace of volume " + id + " that was half made",
                                () -> medium.destroy(left));
                        LOG.atWarn()
                                .addKeyValue("volume", id)
                                .addKeyValue("namespace", left.device())
                                .log("removed what a failed creation had left");
                    });
            doubtful.remove(id);
        }
    }

    private void blankEdges(Device device) {
        long size = device.size().bytes();
        long edge = Math.min(EDGE, size);
        whenFree(() -> Faults.run("blanking " + device.path(), () -> {
            medium.zero(device.path(), 0, edge);
            medium.zero(device.path(), size - edge, edge);
        }));
    }

    /** A device that was just made has no user; still, one was seen claimed by somebody for a moment. */
    private static void whenFree(Runnable work) {
        for (int attempt = 1; ; attempt++) {
            try {
                work.run();
                return;
            } catch (StorageException e) {
                if (e.kind() != FailureKind.IN_USE || attempt == CLAIM_ATTEMPTS) {
                    throw e;
                }
                LOG.info("{}; tried again", e.text());
                LockSupport.parkNanos(CLAIM_PAUSE.toNanos());
            }
        }
    }

    /** What cannot be undone stays known, so that its caller's {@link #remove} does not take it for gone. */
    private void undo(VolumeId id, RuntimeException reason) {
        try {
            discard(id);
        } catch (RuntimeException e) {
            reason.addSuppressed(e);
        }
    }

    private void discard(VolumeId id) {
        quarantine(id);
        remove(id);
    }

    private void refreshQuietly() {
        try {
            refresh();
        } catch (StorageException e) {
            LOG.atWarn().setCause(e).log("the regions cannot be looked at; their free space is out of date");
        }
    }

    private static Device existing(VolumeId id, DirectVolume existing, DeviceRequest request) {
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
        return Optional.ofNullable(volumes.get(id)).flatMap(DirectVolume::device);
    }

    @Override
    public Device expand(VolumeId id, DeviceRequest request) {
        Device device = find(id).orElseThrow(() -> gone(id));
        if (SizeRule.fits(device.size(), request)) {
            return device;
        }
        throw new StorageException(
                FailureKind.UNSUPPORTED,
                "volume " + id + " has " + device.size()
                        + " and cannot grow: in device mode direct it is one namespace,"
                        + " which keeps its size; make a larger volume and copy, or use device mode lvm");
    }

    @Override
    public void quarantine(VolumeId id) {
        Optional.ofNullable(volumes.get(id)).ifPresent(DirectVolume::quarantine);
    }

    @Override
    public OptionalLong zero(VolumeId id, long offset, ByteSize length) {
        if (offset < 0 || offset % PAGE != 0 || length.bytes() < PAGE) {
            throw new IllegalArgumentException("cannot zero " + length + " from offset " + offset);
        }
        return Optional.ofNullable(volumes.get(id)).orElseThrow(() -> gone(id)).zero(offset, length);
    }

    @Override
    public void remove(VolumeId id) {
        DirectVolume volume = volumes.get(id);
        if (volume == null) {
            removeHalfMade(id);
            return;
        }
        Optional<Namespace> namespace = volume.wipe();
        layout.lock();
        try {
            namespace.ifPresent(
                    found -> Faults.run("removing the namespace of volume " + id, () -> medium.destroy(found)));
            volumes.remove(id);
        } finally {
            refreshQuietly();
            layout.unlock();
        }
    }

    private void removeHalfMade(VolumeId id) {
        if (doubtful.containsKey(id)) {
            layout.lock();
            try {
                settle(id);
            } finally {
                refreshQuietly();
                layout.unlock();
            }
        }
    }

    @Override
    public List<MediaError> mediaErrors(VolumeId id) {
        return Optional.ofNullable(volumes.get(id))
                .map(DirectVolume::mediaErrors)
                .orElse(List.of());
    }

    private static StorageException gone(VolumeId id) {
        return new StorageException(FailureKind.NOT_FOUND, "volume " + id + " has no device");
    }
}
