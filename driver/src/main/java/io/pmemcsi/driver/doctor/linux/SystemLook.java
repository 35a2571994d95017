// SPDX-License-Identifier: Apache-2.0
package io.pmemcsi.driver.doctor.linux;

import io.pmemcsi.bindings.NativeLibrary;
import io.pmemcsi.bindings.linux.BlkidProbe;
import io.pmemcsi.bindings.linux.MountApi;
import io.pmemcsi.driver.doctor.Facts;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** The kernel and what is installed. */
final class SystemLook {
    private static final List<String> PROGRAM_DIRECTORIES = List.of("usr/sbin", "usr/bin", "sbin", "bin");

    private final KernelFiles kernel;

    SystemLook(KernelFiles kernel) {
        this.kernel = kernel;
    }

    Facts.SystemFacts facts() {
        MountApi api = MountApi.detect();
        boolean best = api.description().equals(MountApi.descriptors().description());
        boolean persistentMemory = Files.isDirectory(kernel.at("sys/bus/nd"));
        return new Facts.SystemFacts(
                new Facts.Kernel(kernel.release(), api.description(), best),
                loops(),
                List.of(
                        tool("mkfs.ext4", "e2fsprogs", "format ext4 volumes"),
                        tool("resize2fs", "e2fsprogs", "grow ext4 volumes"),
                        tool("mkfs.xfs", "xfsprogs", "format xfs volumes"),
                        tool("xfs_growfs", "xfsprogs", "grow xfs volumes")),
                libblkid(),
                persistentMemory ? Optional.of(kernel.regions().size()) : Optional.empty());
    }

    /** Opening the control device would load the kernel's module; asking whether it may be opened does not. */
    private Facts.Loops loops() {
        Path control = kernel.at("dev/loop-control");
        List<Path> devices = kernel.loopDevices();
        int attached = (int) devices.stream()
                .filter(device -> Files.exists(device.resolve("loop/backing_file")))
                .count();
        return new Facts.Loops(
                Files.exists(control),
                Files.isReadable(control) && Files.isWritable(control),
                attached,
                devices.size() - attached);
    }

    private Facts.Tool tool(String name, String packageName, String purpose) {
        Stream<Path> places = PROGRAM_DIRECTORIES.stream().map(kernel::at).map(directory -> directory.resolve(name));
        return new Facts.Tool(name, packageName, purpose, places.anyMatch(Files::isExecutable));
    }

    private static Optional<String> libblkid() {
        return switch (BlkidProbe.load()) {
            case NativeLibrary.Loaded<BlkidProbe> _ -> Optional.empty();
            case NativeLibrary.Missing<BlkidProbe>(String soname, String reason) -> Optional.of(soname + ": " + reason);
        };
    }
}
