// SPDX-License-Identifier: Apache-2.0
package io.pmemcsi.driver.volume;

import io.pmemcsi.driver.device.Device;
import io.pmemcsi.driver.device.DeviceManager;
import io.pmemcsi.driver.device.MediaError;
import io.pmemcsi.driver.domain.DaxPolicy;
import io.pmemcsi.driver.domain.StorageException;
import io.pmemcsi.driver.domain.VolumeId;
import io.pmemcsi.driver.state.VolumeRecord;
import io.pmemcsi.driver.volume.Finding.Severity;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Finds out what is wrong with a volume. Changes nothing but what {@link DeviceManager#find} does: a device that is not
 * ready is made ready if it can be. Safe for concurrent use.
 */
final class HealthCheck {
    /** How many damaged ranges a message names. */
    private static final int MOST_RANGES = 8;

    private static final Logger LOG = LoggerFactory.getLogger(HealthCheck.class);

    private final DeviceManager devices;

    HealthCheck(DeviceManager devices) {
        this.devices = devices;
    }

    List<Finding> of(VolumeRecord volume) {
        List<Finding> findings = new ArrayList<>();
        findings.addAll(device(volume));
        if (volume.traits().dax() != DaxPolicy.NEVER && volume.daxActive().equals(Optional.of(false))) {
            findings.add(new Finding(
                    Severity.DEGRADED,
                    "DaxInactive",
                    "the file system is mounted without DAX: files are not mapped directly"));
        }
        findings.addAll(ofNode());
        return findings;
    }

    private List<Finding> device(VolumeRecord volume) {
        try {
            Optional<Device> device = devices.find(volume.id());
            if (device.isEmpty()) {
                return List.of(new Finding(
                        Severity.DATA_LOSS, "DeviceLost", "the device of volume " + volume.id() + " is gone"));
            }
            List<Finding> findings = new ArrayList<>(damage(volume.id(), devices.mediaErrors(volume.id())));
            if (Volumes.hasShrunk(volume, device.get())) {
                findings.add(new Finding(Severity.DATA_LOSS, "DeviceShrunk", Volumes.shrunk(volume, device.get())));
            }
            return findings;
        } catch (StorageException e) {
            return List.of(new Finding(Severity.INACCESSIBLE, "DeviceUnusable", e.text()));
        } catch (RuntimeException e) {
            // A mistake of ours about one volume must not hide what is known of the others.
            LOG.error("volume {} cannot be examined", volume.id(), e);
            return List.of(new Finding(
                    Severity.INACCESSIBLE, "DeviceUnusable", "volume " + volume.id() + " cannot be examined: " + e));
        }
    }

    private static List<Finding> damage(VolumeId id, List<MediaError> errors) {
        if (errors.isEmpty()) {
            return List.of();
        }
        String more = errors.size() > MOST_RANGES ? ", and " + (errors.size() - MOST_RANGES) + " more" : "";
        String ranges =
                errors.stream().limit(MOST_RANGES).map(MediaError::toString).collect(Collectors.joining(", "));
        return List.of(new Finding(
                Severity.DATA_LOSS,
                "MediaError",
                "the memory under volume " + id + " is damaged: " + ranges + more
                        + " of its device cannot be read, and a program that touches them is killed with SIGBUS"));
    }

    /** What is true of every volume of this node. */
    List<Finding> ofNode() {
        return devices.traits().caveat().stream()
                .map(caveat -> new Finding(Severity.DEGRADED, "NotPersistentMemory", caveat))
                .toList();
    }
}
