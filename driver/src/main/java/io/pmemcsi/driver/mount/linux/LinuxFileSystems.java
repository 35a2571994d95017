// SPDX-License-Identifier: Apache-2.0
package io.pmemcsi.driver.mount.linux;

import io.pmemcsi.bindings.Errno;
import io.pmemcsi.bindings.NativeCallException;
import io.pmemcsi.bindings.NativeLibrary;
import io.pmemcsi.bindings.linux.BlkidProbe;
import io.pmemcsi.bindings.linux.DeviceContent;
import io.pmemcsi.bindings.linux.DeviceNumber;
import io.pmemcsi.bindings.linux.LinuxFiles;
import io.pmemcsi.bindings.linux.MountTable;
import io.pmemcsi.bindings.linux.OpenFd;
import io.pmemcsi.driver.device.Device;
import io.pmemcsi.driver.domain.ByteSize;
import io.pmemcsi.driver.domain.FailureKind;
import io.pmemcsi.driver.domain.FsType;
import io.pmemcsi.driver.domain.StorageException;
import io.pmemcsi.driver.mount.FileSystems;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/** File systems made and grown by their own tools, and recognised by libblkid. */
public final class LinuxFileSystems implements FileSystems {
    /** What mke2fs and mkfs.xfs say when another process has the device, such as one that looks for file systems. */
    private static final Pattern IN_USE_ELSEWHERE = Pattern.compile("in use by the system|resource busy");

    private final NativeLibrary<BlkidProbe> blkid;
    private final ToolRunner tools;

    /**
     * Takes what it works with.
     *
     * @param blkid normally {@link BlkidProbe#load()}
     */
    public LinuxFileSystems(NativeLibrary<BlkidProbe> blkid, ToolRunner tools) {
        this.blkid = blkid;
        this.tools = tools;
    }

    /** {@inheritDoc} Signatures that contradict each other are reported as {@code ambivalent}. */
    @Override
    public Optional<String> probe(Device device) {
        BlkidProbe probe = loaded();
        try (OpenFd open = LinuxFiles.openDevice(device.path())) {
            return switch (probe.probe(open)) {
                case DeviceContent.Blank() -> Optional.empty();
                case DeviceContent.Superblock(String type) -> Optional.of(type);
                case DeviceContent.PartitionTable(String type) -> Optional.of(type);
                case DeviceContent.Ambivalent() -> Optional.of("ambivalent");
            };
        } catch (NativeCallException e) {
            throw failed(device, e);
        }
    }

    private BlkidProbe loaded() {
        return switch (blkid) {
            case NativeLibrary.Loaded<BlkidProbe>(BlkidProbe probe) -> probe;
            case NativeLibrary.Missing<BlkidProbe>(String soname, String reason) ->
                throw new StorageException(
                        FailureKind.NOT_READY,
                        soname + " is missing on this node: install the package libblkid1 (" + reason + ")");
        };
    }

    @Override
    public void format(Device device, FsType type) {
        try {
            SignatureWiper.wipe(device.path());
        } catch (NativeCallException e) {
            throw failed(device, e);
        } catch (IOException e) {
            throw new StorageException(
                    FailureKind.BACKEND_FAULT, "volume " + device.id() + ": writing failed: " + e.getMessage(), e);
        }
        try {
            tools.run(FormatCommands.tool(type), FormatCommands.arguments(type, device.size(), device.path()));
        } catch (StorageException e) {
            throw IN_USE_ELSEWHERE.matcher(e.text()).find()
                    ? new StorageException(FailureKind.BUSY, "volume " + device.id() + ": " + e.text(), e)
                    : e;
        }
    }

    @Override
    public void grow(Device device, FsType type, Path mountPoint) {
        requireMounted(device);
        switch (type) {
            case EXT4 -> growExt4(device);
            case XFS -> tools.run(Tool.XFS_GROWFS, List.of("-d", mountPoint.toString()));
        }
    }

    @Override
    public ByteSize expectedSpace(FsType type, ByteSize size) {
        return FileSystemSpace.usable(type, size);
    }

    /** The tools would otherwise grow an unmounted file system, or not, each in its own way. */
    private static void requireMounted(Device device) {
        try (OpenFd node = LinuxFiles.openReference(device.path())) {
            DeviceNumber number = LinuxFiles.status(node).special();
            if (MountTable.read().stream().noneMatch(entry -> entry.device().equals(number))) {
                throw new StorageException(
                        FailureKind.BACKEND_FAULT, "volume " + device.id() + ": is not mounted, so it cannot grow");
            }
        } catch (NativeCallException e) {
            throw failed(device, e);
        }
    }

    /** For a mounted ext4 the kernel asks for one more capability than for mounting, unlike for xfs. */
    private void growExt4(Device device) {
        try {
            tools.run(Tool.RESIZE2FS, List.of(device.path().toString()));
        } catch (StorageException e) {
            if (e.text().contains("Permission denied to resize")) {
                String hint = ": growing a mounted ext4 needs the capability SYS_RESOURCE: ";
                throw new StorageException(FailureKind.NOT_READY, "volume " + device.id() + hint + e.text(), e);
            }
            throw e;
        }
    }

    private static StorageException failed(Device device, NativeCallException e) {
        FailureKind kind = e.is(Errno.EBUSY) ? FailureKind.IN_USE : FailureKind.BACKEND_FAULT;
        return new StorageException(kind, "volume " + device.id() + ": " + e.getMessage(), e);
    }
}
