// SPDX-License-Identifier: Apache-2.0
package io.pmemcsi.driver.volume;

import io.pmemcsi.driver.device.DeviceManager;
import io.pmemcsi.driver.domain.DaxPolicy;
import io.pmemcsi.driver.domain.StorageException;
import io.pmemcsi.driver.state.VolumeRecord;
import io.pmemcsi.driver.volume.Finding.Severity;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Finds out what is wrong with a volume. Changes nothing but what {@link DeviceManager#find} does: a device that is not
 * ready is made ready if it can be. Safe for concurrent use.
 */
final class HealthCheck {
    private final DeviceManager devices;

    HealthCheck(DeviceManager devices) {
        this.devices = devices;
    }

    List<Finding> of(VolumeRecord volume) {
        List<Finding> findings = new ArrayList<>();
        device(volume).ifPresent(findings::add);
        if (volume.traits().dax() != DaxPolicy.NEVER && volume.daxActive().equals(Optional.of(false))) {
            findings.add(new Finding(
                    Severity.DEGRADED,
                    "DaxInactive",
                    "the file system is mounted without DAX: files are not mapped directly"));
        }
        findings.addAll(ofNode());
        return findings;
    }

    private Optional<Finding> device(VolumeRecord volume) {
        try {
            return devices.find(volume.id()).isPresent()
                    ? Optional.empty()
                    : Optional.of(new Finding(
                            Severity.DATA_LOSS, "DeviceLost", "the device of volume " + volume.id() + " is gone"));
        } catch (StorageException e) {
            return Optional.of(new Finding(Severity.INACCESSIBLE, "DeviceUnusable", e.text()));
        }
    }

    /** What is true of every volume of this node. */
    List<Finding> ofNode() {
        return devices.traits().caveat().stream()
                .map(caveat -> new Finding(Severity.DEGRADED, "NotPersistentMemory", caveat))
                .toList();
    }
}
