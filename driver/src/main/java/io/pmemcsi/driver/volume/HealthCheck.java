// SPDX-License-Identifier: Apache-2.0
package io.pmemcsi.driver.volume;

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

/**
 * Finds out what is wrong with a volume. Changes nothing but what {@link DeviceManager#find} does: a device that is not
 * ready is made ready if it can be. Safe for concurrent use.
 */
final class HealthCheck {
    /** How many damaged ranges a message names. */
    private static final int MOST_RANGES = 8;

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
            if (devices.find(volume.id()).isEmpty()) {
                return List.of(new Finding(
                        Severity.DATA_LOSS, "DeviceLost", "the device of volume " + volume.id() + " is gone"));
            }
            return damage(volume.id(), devices.mediaErrors(volume.id()));
        } catch (StorageException e) {
            return List.of(new Finding(Severity.INACCESSIBLE, "DeviceUnusable", e.text()));
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
