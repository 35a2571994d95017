// SPDX-License-Identifier: Apache-2.0
package io.pmemcsi.driver.doctor.linux;

import io.pmemcsi.bindings.linux.DeviceNumber;
import io.pmemcsi.bindings.linux.MountTable;
import io.pmemcsi.driver.doctor.PmemFacts;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/** What sysfs tells of a block device. Opening it to find out would claim it for a moment. */
final class BlockLook {
    private final KernelFiles kernel;

    BlockLook(KernelFiles kernel) {
        this.kernel = kernel;
    }

    PmemFacts.BlockDevice facts(Path node) {
        String dax = attribute(node, "queue/dax");
        return new PmemFacts.BlockDevice(
                node, dax.isEmpty() ? Optional.empty() : Optional.of(dax.equals("1")), start(node));
    }

    /** The kernel tells it to root only, and others zero. */
    private OptionalLong start(Path node) {
        String resource = attribute(node, "device/resource");
        return resource.matches("0x[0-9a-f]{1,15}") && !resource.equals("0x0")
                ? OptionalLong.of(Long.parseLong(resource.substring(2), 16))
                : OptionalLong.empty();
    }

    /** Whether it is mounted here, or another block device is made of it. */
    boolean isUsed(Path node) {
        List<Path> holders = kernel.entries(directory(node) + "/holders");
        return !holders.isEmpty() || isMounted(attribute(node, "dev"));
    }

    private boolean isMounted(String number) {
        return !number.isEmpty()
                && MountTable.parse(kernel.mounts()).stream()
                        .anyMatch(mount -> mount.device().equals(DeviceNumber.parse(number)));
    }

    private String attribute(Path node, String name) {
        return kernel.read(directory(node) + "/" + name).strip();
    }

    private static String directory(Path node) {
        return "sys/class/block/" + node.getFileName();
    }
}
