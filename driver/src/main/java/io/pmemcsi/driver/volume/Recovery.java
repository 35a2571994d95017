// SPDX-License-Identifier: Apache-2.0
package io.pmemcsi.driver.volume;

import io.pmemcsi.driver.device.Device;
import io.pmemcsi.driver.device.DeviceManager;
import io.pmemcsi.driver.domain.AccessType;
import io.pmemcsi.driver.domain.FsType;
import io.pmemcsi.driver.domain.StorageException;
import io.pmemcsi.driver.domain.VolumeId;
import io.pmemcsi.driver.mount.FileSystems;
import io.pmemcsi.driver.mount.Mounted;
import io.pmemcsi.driver.mount.Mounter;
import io.pmemcsi.driver.mount.Occupant;
import io.pmemcsi.driver.state.Lifecycle;
import io.pmemcsi.driver.state.Publication;
import io.pmemcsi.driver.state.VolumeRecord;
import io.pmemcsi.driver.state.VolumeStore;
import io.pmemcsi.driver.state.VolumeTraits;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Brings records, devices and mounts back together after the driver or the node was stopped at any instruction. Runs once,
 * before the first request is served.
 */
public final class Recovery {
    private static final Logger LOG = LoggerFactory.getLogger(Recovery.class);

    private final VolumeStore store;
    private final DeviceManager devices;
    private final Mounter mounter;
    private final FileSystems fileSystems;
    private final Places places;
    private final Undo undo;
    private final InlineVolumes inline;
    private final Eraser eraser;
    private final InstantSource clock;

    public Recovery(Ports ports, InlineVolumes inline, Eraser eraser, InstantSource clock) {
        this.store = ports.store();
        this.devices = ports.devices();
        this.mounter = ports.mounter();
        this.fileSystems = ports.fileSystems();
        this.places = new Places(devices, mounter);
        this.undo = new Undo(new Disposal(store, devices, eraser), devices, mounter);
        this.inline = inline;
        this.eraser = eraser;
        this.clock = clock;
    }

    /** Repairs everything, and hands what has to be erased to the eraser. */
    public void run() {
        store.open();
        Map<VolumeId, Device> found =
                devices.recover().stream().collect(Collectors.toMap(Device::id, Function.identity()));
        List<VolumeRecord> records = store.all();
        for (VolumeRecord volume : records) {
            guarded(volume.id(), () -> restore(volume, Optional.ofNullable(found.get(volume.id()))));
        }
        records.stream().map(VolumeRecord::id).forEach(found::remove);
        found.values().forEach(device -> guarded(device.id(), () -> adopt(device)));
    }

    /** One volume that cannot be repaired does not keep the others from being served. */
    private static void guarded(VolumeId id, Runnable repair) {
        try {
            repair.run();
        } catch (RuntimeException e) {
            LOG.atError().addKeyValue("volume", id).setCause(e).log("this volume could not be repaired");
        }
    }

    private void restore(VolumeRecord volume, Optional<Device> device) {
        switch (volume.state()) {
            case CREATING -> undo(volume);
            case READY -> repair(volume, device);
            case DELETING -> eraser.submit(volume.id());
        }
    }

    private void undo(VolumeRecord volume) {
        undo.undo(volume);
        log(volume.id(), "an interrupted creation was undone; its caller has to repeat it");
    }

    private void repair(VolumeRecord volume, Optional<Device> device) {
        VolumeRecord mounted = forgetLostMounts(volume);
        if (volume.lifecycle() == Lifecycle.EPHEMERAL && mounted.publications().isEmpty()) {
            if (inline.isAbandoned(volume)) {
                inline.collect(volume);
            }
            return;
        }
        removeLostTargets(volume, mounted);
        // A device that has shrunk is left to the health check: its record is what tells.
        VolumeRecord repaired = device.map(Device::size)
                .filter(size -> size.isAbove(mounted.size()))
                .map(mounted::resized)
                .orElse(mounted);
        if (!repaired.equals(volume)) {
            store.save(repaired);
        }
        if (device.isEmpty()) {
            LOG.atError()
                    .addKeyValue("volume", volume.id())
                    .log("the device of this volume is gone; it is reported as abnormal and not made anew");
        }
    }

    /** After a reboot nothing is mounted any more; after a crash the last mount may not have happened. */
    private VolumeRecord forgetLostMounts(VolumeRecord volume) {
        VolumeRecord kept = volume;
        for (Publication publication : volume.publications()) {
            if (!isMounted(volume, publication.target())) {
                kept = kept.unpublished(publication.target());
            }
        }
        boolean blockInUse = volume.traits().access() == AccessType.BLOCK
                && !kept.publications().isEmpty();
        if (volume.staging().map(path -> !isStaged(volume, path)).orElse(false) && !blockInUse) {
            kept = kept.staged(Optional.empty());
        }
        return kept;
    }

    /** Staging raw block mounts nothing: it lasts until it is undone, or until the kubelet's directory for it is gone. */
    private boolean isStaged(VolumeRecord volume, Path staging) {
        return volume.traits().access() == AccessType.BLOCK
                ? mounter.parentExists(staging.resolve("device"))
                : isMounted(volume, staging);
    }

    /** A call that was cut off may have made the target and not mounted, or unmounted and not removed it. */
    private void removeLostTargets(VolumeRecord before, VolumeRecord after) {
        for (Publication publication : before.publications()) {
            if (after.publicationAt(publication.target()).isEmpty()) {
                try {
                    mounter.removeTarget(publication.target());
                } catch (StorageException e) {
                    log(before.id(), "the target of a lost publication stays: " + e.text());
                }
            }
        }
    }

    private boolean isMounted(VolumeRecord volume, Path path) {
        return places.at(volume, path) == Occupant.THIS;
    }

    /** A device that is bound somewhere as a block node is raw block, whatever its user has written to it. */
    private void adopt(Device device) {
        List<Mounted> mounts = mounter.mountsOf(device);
        Optional<FsType> content = fileSystems.probe(device).flatMap(FsType::named);
        boolean block = content.isEmpty() || mounts.stream().anyMatch(Mounted::isBlock);
        VolumeTraits traits = new VolumeTraits(
                block ? AccessType.BLOCK : AccessType.MOUNT,
                content.orElse(FsType.EXT4),
                device.usage(),
                TraitsRules.daxByDefault(device.usage(), devices.traits()),
                true);
        VolumeRecord adopted = VolumeRecord.adopted(device.id(), traits, device.size(), clock.instant());
        store.save(AdoptedMounts.record(adopted, mounts));
        log(device.id(), "a device without a record was adopted with its content");
    }

    private static void log(VolumeId id, String message) {
        LOG.atWarn().addKeyValue("volume", id).log(message);
    }
}
