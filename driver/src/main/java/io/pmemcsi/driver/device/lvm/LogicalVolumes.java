// SPDX-License-Identifier: Apache-2.0
package io.pmemcsi.driver.device.lvm;

import io.pmemcsi.bindings.NativeCallException;
import io.pmemcsi.bindings.linux.DeviceNumber;
import io.pmemcsi.bindings.linux.LinuxFiles;
import io.pmemcsi.bindings.linux.OpenFd;
import io.pmemcsi.bindings.lvm.LogicalVolumeInfo;
import io.pmemcsi.bindings.lvm.Lvm;
import io.pmemcsi.bindings.lvm.LvmCommandException;
import io.pmemcsi.bindings.lvm.PhysicalVolumeInfo;
import io.pmemcsi.bindings.lvm.SegmentInfo;
import io.pmemcsi.driver.domain.FailureKind;
import io.pmemcsi.driver.domain.StorageException;
import io.pmemcsi.driver.domain.VolumeId;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * What the driver asks of LVM. A logical volume is the driver's when it lies in one of the driver's groups, its name is a volume
 * id and it carries the tag; the tag comes with the creation, in one step. Failures are BACKEND_FAULT with LVM's own words.
 */
final class LogicalVolumes {
    /** Marks the driver's logical volumes on the medium. */
    static final String TAG = "pmem-csi";

    private final Lvm lvm;

    LogicalVolumes(Lvm lvm) {
        this.lvm = lvm;
    }

    Groups groups() {
        return Groups.of(guarded(lvm::groups));
    }

    /** The driver's logical volumes in all groups of its own. */
    List<LogicalVolumeInfo> all() {
        return guarded(lvm::volumes).stream().filter(LogicalVolumes::isOurs).toList();
    }

    private static boolean isOurs(LogicalVolumeInfo info) {
        return Groups.isOurs(info.group())
                && VolumeId.parse(info.name()).isPresent()
                && info.tags().contains(TAG);
    }

    /** How a logical volume is now; empty when it is gone, or another one has taken its name. */
    Optional<LogicalVolumeInfo> look(LogicalVolumeInfo known) {
        return all().stream().filter(info -> info.uuid().equals(known.uuid())).findFirst();
    }

    /** The driver's logical volume with this name. */
    Optional<LogicalVolumeInfo> named(VolumeId id) {
        return all().stream().filter(info -> info.name().equals(id.value())).findFirst();
    }

    /** Nothing is wiped or zeroed by LVM: it would look for the device through udev. */
    LogicalVolumeInfo create(VolumeId id, String group, long extents) {
        run(
                "lvcreate",
                "--yes",
                "-Zn",
                "-Wn",
                "--type",
                "linear",
                "--addtag",
                TAG,
                "-l",
                Long.toString(extents),
                "-n",
                id.value(),
                group);
        return named(id)
                .filter(info -> info.group().equals(group))
                .orElseThrow(() -> new StorageException(
                        FailureKind.BACKEND_FAULT, "LVM has made the logical volume " + id + " and does not list it"));
    }

    void activate(LogicalVolumeInfo info) {
        run("lvchange", "-ay", "-K", name(info));
    }

    /** Fails while anything has the device open. */
    void deactivate(LogicalVolumeInfo info) {
        run("lvchange", "-an", name(info));
    }

    void extend(LogicalVolumeInfo info, long extents) {
        run("lvextend", "-l", Long.toString(extents), name(info));
    }

    /** Removes what has this UUID and nothing else, whatever its name is by now. */
    void remove(LogicalVolumeInfo info) {
        run("lvremove", "--yes", "--force", "--select", "lv_uuid=" + info.uuid(), info.group());
    }

    /** Where a logical volume lies. */
    List<Part> parts(LogicalVolumeInfo info, long extent) {
        Map<Path, PhysicalVolumeInfo> places = new HashMap<>();
        guarded(lvm::physicalVolumes).forEach(place -> places.put(place.device(), place));
        return guarded(() -> lvm.segments(info.group(), info.name())).stream()
                .map(segment -> part(segment, places.get(segment.device()), extent))
                .toList();
    }

    private static Part part(SegmentInfo segment, @Nullable PhysicalVolumeInfo place, long extent) {
        if (place == null) {
            throw new StorageException(
                    FailureKind.BACKEND_FAULT, "LVM does not list the physical volume " + segment.device());
        }
        return new Part(
                segment.start(),
                segment.length(),
                number(segment.device()),
                place.firstExtent() + segment.extent() * extent);
    }

    private static DeviceNumber number(Path device) {
        try (OpenFd node = LinuxFiles.openReference(device)) {
            return LinuxFiles.status(node).special();
        } catch (NativeCallException e) {
            throw new StorageException(
                    FailureKind.BACKEND_FAULT, "physical volume " + device + ": " + e.getMessage(), e);
        }
    }

    private static String name(LogicalVolumeInfo info) {
        return info.group() + "/" + info.name();
    }

    private void run(String... words) {
        String _ = guarded(() -> lvm.run(words));
    }

    private static <T> T guarded(Supplier<T> work) {
        try {
            return work.get();
        } catch (LvmCommandException | IllegalArgumentException e) {
            throw new StorageException(FailureKind.BACKEND_FAULT, String.valueOf(e.getMessage()), e);
        }
    }
}
