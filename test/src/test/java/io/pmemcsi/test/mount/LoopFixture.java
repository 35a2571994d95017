// SPDX-License-Identifier: Apache-2.0
package io.pmemcsi.test.mount;

import io.pmemcsi.bindings.linux.BlkidProbe;
import io.pmemcsi.bindings.linux.MountApi;
import io.pmemcsi.bindings.linux.MountEntry;
import io.pmemcsi.bindings.linux.MountTable;
import io.pmemcsi.driver.device.Device;
import io.pmemcsi.driver.domain.ByteSize;
import io.pmemcsi.driver.domain.FsType;
import io.pmemcsi.driver.domain.VolumeId;
import io.pmemcsi.driver.mount.FileSystems;
import io.pmemcsi.driver.mount.Mounter;
import io.pmemcsi.driver.mount.MounterFixture;
import io.pmemcsi.driver.mount.linux.LinuxFileSystems;
import io.pmemcsi.driver.mount.linux.LinuxMounter;
import io.pmemcsi.driver.mount.linux.ToolRunner;
import io.pmemcsi.test.system.Commands;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Loop devices on files next to the root, made and undone by the tools of util-linux. */
final class LoopFixture implements MounterFixture {
    private static final int CAP_SYS_RESOURCE = 24;

    private final Mounter mounter;
    private final FileSystems fileSystems =
            new LinuxFileSystems(BlkidProbe.load(), new ToolRunner(Duration.ofMinutes(2)));
    private final FsType type;
    private final Path root;
    private final List<Path> devices = new ArrayList<>();

    LoopFixture(MountApi api, FsType type, Path root) {
        this.mounter = new LinuxMounter(api, List.of(root));
        this.type = type;
        this.root = root;
    }

    /** How many bytes the backing file of a device really occupies. */
    static long allocated(Device device) {
        String file = Commands.run(
                "losetup",
                "--noheadings",
                "--output",
                "BACK-FILE",
                device.path().toString());
        return 512 * Long.parseLong(Commands.run("stat", "--format=%b", file));
    }

    @Override
    public Mounter mounter() {
        return mounter;
    }

    @Override
    public FileSystems fileSystems() {
        return fileSystems;
    }

    @Override
    public FsType fsType() {
        return type;
    }

    @Override
    public Device device() {
        ByteSize size = type == FsType.XFS ? type.minimum() : ByteSize.mebibytes(64);
        String name = "backing-" + devices.size();
        Path file = root.resolveSibling(name);
        Commands.run("fallocate", "--length", Long.toString(size.bytes()), file.toString());
        Path path = Path.of(Commands.run(
                "losetup", "--find", "--show", "--sector-size", "4096", "--direct-io=on", file.toString()));
        devices.add(path);
        return new Device(VolumeId.ofName(name), size, path);
    }

    @Override
    public Optional<Device> enlarge(Device device) {
        String file = Commands.run(
                "losetup",
                "--noheadings",
                "--output",
                "BACK-FILE",
                device.path().toString());
        ByteSize size = device.size().plus(device.size());
        Commands.run("fallocate", "--length", Long.toString(size.bytes()), file);
        Commands.run("losetup", "--set-capacity", device.path().toString());
        return Optional.of(new Device(device.id(), size, device.path()));
    }

    @Override
    public AutoCloseable use(Path mountPoint) throws IOException {
        return Files.newOutputStream(mountPoint.resolve("in-use"));
    }

    @Override
    public boolean keepsFiles() {
        return true;
    }

    /** The kernel asks for CAP_SYS_RESOURCE to grow a mounted ext4, and not every container has it. */
    @Override
    public boolean mayGrow() {
        String capabilities = Commands.run("sed", "-n", "s/^CapEff:[[:space:]]*//p", "/proc/self/status");
        return type != FsType.EXT4 || (Long.parseUnsignedLong(capabilities, 16) >>> CAP_SYS_RESOURCE) % 2 != 0;
    }

    @Override
    public void close() {
        List<MountEntry> mounts = MountTable.read();
        for (MountEntry entry : mounts.reversed()) {
            if (entry.mountPoint().startsWith(root.toString())) {
                Commands.run("umount", entry.mountPoint());
            }
        }
        devices.forEach(device -> Commands.run("losetup", "--detach", device.toString()));
    }
}
