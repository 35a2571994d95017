// SPDX-License-Identifier: Apache-2.0
package io.pmemcsi.driver.mount.linux;

import io.pmemcsi.bindings.linux.DeviceNumber;
import io.pmemcsi.bindings.linux.LinuxFiles;
import io.pmemcsi.bindings.linux.OpenFd;
import io.pmemcsi.driver.device.Device;
import io.pmemcsi.driver.domain.FailureKind;
import io.pmemcsi.driver.domain.StorageException;

/** The block device node of a volume. Every failure is BACKEND_FAULT. */
final class DeviceNode {
    private DeviceNode() {}

    static DeviceNumber number(Device device) {
        try (OpenFd node = open(device)) {
            return Failures.guarded(name(device), () -> LinuxFiles.status(node).special());
        }
    }

    /** Opens the node only to refer to it. */
    static OpenFd open(Device device) {
        OpenFd node = Failures.guarded(name(device), () -> LinuxFiles.openReference(device.path()));
        try {
            if (Failures.guarded(name(device), () -> LinuxFiles.status(node)).isBlockDevice()) {
                return node;
            }
            throw new StorageException(
                    FailureKind.BACKEND_FAULT, name(device) + ": " + device.path() + " is no block device");
        } catch (RuntimeException e) {
            node.close();
            throw e;
        }
    }

    private static String name(Device device) {
        return "device of volume " + device.id();
    }
}
