// SPDX-License-Identifier: Apache-2.0
package io.pmemcsi.driver.cli;

import io.pmemcsi.bindings.linux.BlkidProbe;
import io.pmemcsi.bindings.linux.MountApi;
import io.pmemcsi.driver.config.DriverConfig;
import io.pmemcsi.driver.device.DeviceManager;
import io.pmemcsi.driver.device.emulated.EmulatedDeviceManager;
import io.pmemcsi.driver.device.memory.MemoryDeviceManager;
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
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;

/** The implementations of the ports that a device mode works with. */
record Backend(VolumeStore store, DeviceManager devices, Mounter mounter, FileSystems fileSystems) {
    /** mkfs and resize2fs need seconds; a tool that takes longer than this hangs. */
    private static final Duration TOOL_DEADLINE = Duration.ofMinutes(5);

    static Backend of(DriverConfig config, InstantSource clock) {
        return switch (config.devices().mode()) {
            case MEMORY -> memory(capacity(config), config.directories());
            case EMULATED -> emulated(capacity(config), config.directories(), clock);
            case LVM, DIRECT ->
                throw new CommandFailure("device mode "
                        + config.devices().mode().flag() + " is not in this version yet; use --device-mode emulated");
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
        return new Backend(new MemoryVolumeStore(), devices, mounter, fileSystems);
    }

    private static Backend emulated(ByteSize capacity, DriverConfig.Directories directories, InstantSource clock) {
        requireRoot();
        Path state = directories.state();
        return new Backend(
                new FileVolumeStore(state.resolve("volumes"), clock),
                new EmulatedDeviceManager(state.resolve("emulated"), capacity),
                new LinuxMounter(MountApi.detect(), List.of(directories.kubelet())),
                new LinuxFileSystems(BlkidProbe.load(), new ToolRunner(TOOL_DEADLINE)));
    }

    /** Loop devices and mounts take root; without it each call would fail on its own, in its own words. */
    private static void requireRoot() {
        try {
            if (!Files.getAttribute(Path.of("/proc/self"), "unix:uid").equals(0)) {
                throw new CommandFailure("the device mode emulated needs root: it attaches loop devices and mounts");
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
