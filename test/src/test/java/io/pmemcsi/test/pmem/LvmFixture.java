// SPDX-License-Identifier: Apache-2.0
package io.pmemcsi.test.pmem;

import io.pmemcsi.bindings.linux.BlockDevices;
import io.pmemcsi.bindings.lvm.Lvm;
import io.pmemcsi.bindings.lvm.LvmConfig;
import io.pmemcsi.bindings.lvm.VolumeGroupInfo;
import io.pmemcsi.driver.device.lvm.LvmDeviceManager;
import io.pmemcsi.driver.domain.ByteSize;
import io.pmemcsi.test.system.Commands;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/** Volume groups on the namespaces of this machine, made and removed with LVM's own tools. */
final class LvmFixture {
    /** The first extent begins here. */
    private static final long HEAD = 2L << 20;

    /** One for the whole process: the library allows no second one. */
    private static final Lvm LVM = open();

    private LvmFixture() {}

    /** A process that ends without having closed the library may crash on its way out. */
    private static Lvm open() {
        LvmConfig config = new LvmConfig(Path.of("/run/pmem-csi-test/lvm"), LvmConfig.NODE_LOCKS, LvmConfig.PMEM);
        Lvm lvm = Lvm.open(config).require();
        Runtime.getRuntime().addShutdownHook(new Thread(lvm::close));
        return lvm;
    }

    static Lvm lvm() {
        return LVM;
    }

    /** The block devices of the namespaces, all of mode fsdax. */
    static List<String> namespaces() {
        return Commands.run("sh", "-c", "ls /dev/pmem*").lines().toList();
    }

    /** A tool of LVM with the machine's own configuration, whatever this process has told the library. */
    private static String tool(String... command) {
        return Commands.run(Stream.concat(Stream.of("env", "-u", "LVM_SYSTEM_DIR"), Stream.of(command))
                .toArray(String[]::new));
    }

    /** A volume group of exactly this size on one namespace. */
    static void group(String name, String device, ByteSize size) {
        Commands.run("wipefs", "--all", "--force", device);
        long bytes = size.bytes() + HEAD;
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
        tool("vgcreate", "-q", name, device);
        long extents = Long.parseLong(tool("vgs", "--noheadings", "-o", "vg_extent_count", name));
        if (extents * (4L << 20) != size.bytes()) {
            throw new AssertionError("the volume group has " + extents + " extents, wanted are " + size);
        }
    }

    /** Removes all volume groups through the library: it has made the device nodes in them, udev would leave those. */
    static void removeGroups() {
        for (VolumeGroupInfo group : LVM.groups()) {
            String _ = LVM.run("vgremove", "--force", "--yes", group.name());
        }
    }

    /** What a process makes; recover it first. */
    static LvmDeviceManager manager() {
        return new LvmDeviceManager(LVM, new BlockDevices());
    }
}
