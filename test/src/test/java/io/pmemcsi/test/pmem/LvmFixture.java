// SPDX-License-Identifier: Apache-2.0
package io.pmemcsi.test.pmem;

import io.pmemcsi.bindings.linux.BlockDevices;
import io.pmemcsi.bindings.lvm.Lvm;
import io.pmemcsi.bindings.lvm.LvmConfig;
import io.pmemcsi.driver.device.lvm.LvmDeviceManager;
import io.pmemcsi.driver.domain.ByteSize;
import io.pmemcsi.test.system.Commands;
import java.nio.file.Path;
import java.util.List;

/** Volume groups on the namespaces of this machine, made and removed with LVM's own tools. */
final class LvmFixture {
    /** The first extent begins here. */
    private static final long HEAD = 2L << 20;

    /** One for the whole process: the library allows no second one. */
    private static final Lvm LVM = Lvm.open(
                    new LvmConfig(Path.of("/run/pmem-csi-test/lvm"), LvmConfig.NODE_LOCKS, LvmConfig.PMEM))
            .require();

    private LvmFixture() {}

    static Lvm lvm() {
        return LVM;
    }

    /** The block devices of the namespaces, all of mode fsdax. */
    static List<String> namespaces() {
        return Commands.run("sh", "-c", "ls /dev/pmem*").lines().toList();
    }

    /** A volume group of exactly this size on one namespace. */
    static void group(String name, String device, ByteSize size) {
        Commands.run("wipefs", "--all", "--force", device);
        long bytes = size.bytes() + HEAD + (4L << 20);
        Commands.run(
                "pvcreate",
                "-q",
                "-ff",
                "--yes",
                "--dataalignment",
                "2m",
                "--setphysicalvolumesize",
                bytes + "b",
                device);
        Commands.run("vgcreate", "-q", name, device);
        long extents = Long.parseLong(Commands.run("vgs", "--noheadings", "-o", "vg_extent_count", name));
        if (extents * (4L << 20) != size.bytes()) {
            throw new AssertionError("the volume group has " + extents + " extents, wanted are " + size);
        }
    }

    /** Removes the driver's volume groups with all that is in them. */
    static void removeGroups() {
        for (String group :
                Commands.run("vgs", "--noheadings", "-o", "vg_name").lines().toList()) {
            Commands.run("vgremove", "-q", "--force", "--yes", group.strip());
        }
    }

    /** What a process makes; recover it first. */
    static LvmDeviceManager manager() {
        return new LvmDeviceManager(LVM, new BlockDevices());
    }
}
