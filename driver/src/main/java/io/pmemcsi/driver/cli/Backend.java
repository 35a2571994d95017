// SPDX-License-Identifier: Apache-2.0
package io.pmemcsi.driver.cli;

import io.pmemcsi.bindings.NativeLibrary;
import io.pmemcsi.bindings.linux.BlkidProbe;
import io.pmemcsi.bindings.linux.BlockDevices;
import io.pmemcsi.bindings.linux.MountApi;
import io.pmemcsi.bindings.lvm.Lvm;
import io.pmemcsi.bindings.lvm.LvmConfig;
import io.pmemcsi.bindings.ndctl.Ndctl;
import io.pmemcsi.driver.config.DeviceMode;
import io.pmemcsi.driver.config.DriverConfig;
import io.pmemcsi.driver.device.DeviceManager;
import io.pmemcsi.driver.device.direct.DirectDeviceManager;
import io.pmemcsi.driver.device.emulated.EmulatedDeviceManager;
import io.pmemcsi.driver.device.lvm.LvmDeviceManager;
import io.pmemcsi.driver.device.memory.MemoryDeviceManager;
import io.pmemcsi.driver.doctor.Facts;
import io.pmemcsi.driver.doctor.linux.LinuxNode;
import io.pmemcsi.driver.domain.ByteSize;
import io.pmemcsi.driver.mount.FileSystems;
import io.pmemcsi.driver.mount.Mounter;
import io.pmemcsi.driver.mount.TargetRules;
import io.pmemcsi.driver.mount.linux.LinuxFileSystems;
import io.pmemcsi.driver.mount.linux.LinuxMounter;
import io.pmemcsi.driver.mount.linux.ToolRunner;
import io.pmemcsi.driver.mount.memory.MemoryFileSystems;
import io.pmemcsi.driver.mount.memory.MemoryMounter;
import io.pmemcsi.driver.state.VolumeStore;
import io.pmemcsi.driver.state.file.FileVolumeStore;
import io.pmemcsi.driver.state.memory.MemoryVolumeStore;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;

/**
 * The implementations of the ports that a device mode works with.
 *
 * @param natives what has to be closed after everything that uses the devices
 */
record Backend(
        VolumeStore store, DeviceManager devices, Mounter mounter, FileSystems fileSystems, AutoCloseable natives) {
    /** mkfs and resize2fs need seconds; a tool that takes longer than this hangs. */
    private static final Duration TOOL_DEADLINE = Duration.ofMinutes(5);

    static Backend of(DriverConfig config, InstantSource clock) {
        return switch (config.devices().mode()) {
            case MEMORY -> memory(capacity(config), config.directories());
            case EMULATED -> emulated(capacity(config), config.directories(), clock);
            case LVM -> lvm(config.directories(), clock);
            case DIRECT -> direct(config.directories(), clock);
        };
    }

    private static ByteSize capacity(DriverConfig config) {
        return config.devices().capacity().orElseThrow(() -> new CommandFailure("--capacity: missing"));
    }

    private static Backend memory(ByteSize capacity, DriverConfig.Directories directories) {
        MemoryFileSystems fileSystems = new MemoryFileSystems();
        MemoryDeviceManager devices = new MemoryDeviceManager(capacity);
        Mounter mounter = MemoryMounter.withRealTargets(
                new TargetRules(List.of(directories.kubelet())),
                fileSystems,
                devices.traits().dax());
        devices.alsoInUse(device -> !mounter.mountsOf(device).isEmpty());
        return new Backend(new MemoryVolumeStore(), devices, mounter, fileSystems, () -> {});
    }

    private static Backend emulated(ByteSize capacity, DriverConfig.Directories directories, InstantSource clock) {
        Path emulated = directories.state().resolve("emulated");
        return onLinux(directories, clock, new EmulatedDeviceManager(emulated, capacity), () -> {});
    }

    private static Backend lvm(DriverConfig.Directories directories, InstantSource clock) {
        Lvm lvm = openLvm(directories.state());
        return onLinux(directories, clock, new LvmDeviceManager(lvm, new BlockDevices()), lvm);
    }

    private static Backend direct(DriverConfig.Directories directories, InstantSource clock) {
        Ndctl ndctl = loaded(Ndctl.load(), "libndctl6");
        return onLinux(directories, clock, new DirectDeviceManager(ndctl), () -> {});
    }

    /** LVM, with a configuration of its own in a directory that can be written. */
    static Lvm openLvm(Path directory) {
        LvmConfig config = new LvmConfig(directory.resolve("lvm"), LvmConfig.NODE_LOCKS, LvmConfig.PMEM);
        try {
            return loaded(Lvm.open(config), "liblvm2cmd2.03");
        } catch (UncheckedIOException e) {
            throw new CommandFailure(e.getMessage() + " (" + e.getCause() + ")", e);
        }
    }

    /** A library that has to be there. */
    static <L> L loaded(NativeLibrary<L> library, String packageName) {
        return switch (library) {
            case NativeLibrary.Loaded<L>(L calls) -> calls;
            case NativeLibrary.Missing<L>(String soname, String reason) ->
                throw new CommandFailure(
                        soname + " could not be loaded: " + reason + "; on Debian it is in the package " + packageName);
        };
    }

    private static Backend onLinux(
            DriverConfig.Directories directories, InstantSource clock, DeviceManager devices, AutoCloseable natives) {
        return new Backend(
                new FileVolumeStore(directories.state().resolve("volumes"), clock),
                devices,
                new LinuxMounter(MountApi.detect(), List.of(directories.kubelet())),
                new LinuxFileSystems(BlkidProbe.load(), new ToolRunner(TOOL_DEADLINE)),
                natives);
    }

    /** Fails when the process may not do what the mode has to do. */
    static void requireRights(DeviceMode mode) {
        switch (mode) {
            case MEMORY -> {}
            case EMULATED -> requireRoot(mode, "it attaches loop devices and mounts");
            case LVM -> requireRoot(mode, "it makes logical volumes and mounts");
            case DIRECT -> requireRoot(mode, "it makes namespaces of persistent memory and mounts");
        }
    }

    /** Without root each call would fail on its own, in its own words. */
    static void requireRoot(DeviceMode mode, String reason) {
        requireRoot(new LinuxNode().caller(), mode, reason);
    }

    /** Root in a container that is not privileged is not enough. */
    static void requireRoot(Facts.Caller caller, DeviceMode mode, String reason) {
        String subject = "the device mode " + mode.flag() + " needs ";
        if (caller.user() != 0) {
            throw new CommandFailure(subject + "root, and runs as user " + caller.user() + ": " + reason);
        }
        if (!caller.mayAdministrate()) {
            throw new CommandFailure(subject + "the capability SYS_ADMIN: " + reason
                    + "; in a container, run it privileged (in a pod: securityContext.privileged: true)");
        }
    }
}
