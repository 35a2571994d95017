// SPDX-License-Identifier: Apache-2.0
package io.pmemcsi.test.pmem;

import io.pmemcsi.bindings.linux.BlkidProbe;
import io.pmemcsi.bindings.linux.MountApi;
import io.pmemcsi.bindings.linux.MountEntry;
import io.pmemcsi.bindings.linux.MountTable;
import io.pmemcsi.driver.device.Device;
import io.pmemcsi.driver.device.DeviceManager;
import io.pmemcsi.driver.device.DeviceRequest;
import io.pmemcsi.driver.domain.ByteSize;
import io.pmemcsi.driver.domain.FsType;
import io.pmemcsi.driver.domain.SizeRange;
import io.pmemcsi.driver.domain.Usage;
import io.pmemcsi.driver.domain.VolumeId;
import io.pmemcsi.driver.mount.FileSystems;
import io.pmemcsi.driver.mount.Mounter;
import io.pmemcsi.driver.mount.MounterFixture;
import io.pmemcsi.driver.mount.linux.LinuxFileSystems;
import io.pmemcsi.driver.mount.linux.LinuxMounter;
import io.pmemcsi.driver.mount.linux.ToolRunner;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/** The devices of a mode on real persistent memory, for the suites of the mount port. */
final class DeviceFixture implements MounterFixture {
    private final DeviceManager devices;
    private final Usage usage;
    private final FsType type;
    private final Path root;
    private final Mounter mounter;
    private final FileSystems fileSystems =
            new LinuxFileSystems(BlkidProbe.load(), new ToolRunner(Duration.ofMinutes(2)));
    private final List<VolumeId> made = new ArrayList<>();

    /** Takes a recovered device manager. */
    DeviceFixture(DeviceManager devices, Usage usage, FsType type, Path root) {
        this.devices = devices;
        this.usage = usage;
        this.type = type;
        this.root = root;
        this.mounter = new LinuxMounter(MountApi.descriptors(), List.of(root));
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
        VolumeId id = VolumeId.ofName("mount-" + made.size());
        made.add(id);
        return devices.create(id, request(size));
    }

    @Override
    public Optional<Device> enlarge(Device device) {
        if (!devices.traits().expandable()) {
            return Optional.empty();
        }
        return Optional.of(devices.expand(device.id(), request(device.size().plus(device.size()))));
    }

    @Override
    public boolean hasDax() {
        return usage == Usage.APP_DIRECT;
    }

    @Override
    public AutoCloseable use(Path mountPoint) throws IOException {
        return Files.newOutputStream(mountPoint.resolve("in-use"));
    }

    @Override
    public boolean keepsFiles() {
        return true;
    }

    @Override
    public boolean mayGrow() {
        return true;
    }

    @Override
    public void close() {
        for (MountEntry entry : MountTable.read().reversed()) {
            Path at = Path.of(entry.mountPoint());
            if (at.startsWith(root)) {
                mounter.unmount(at);
            }
        }
        made.forEach(this::delete);
    }

    private void delete(VolumeId id) {
        devices.quarantine(id);
        OptionalLong next = OptionalLong.of(0);
        while (next.isPresent()) {
            next = devices.zero(id, next.getAsLong(), ByteSize.mebibytes(64));
        }
        devices.remove(id);
    }

    private DeviceRequest request(ByteSize size) {
        return new DeviceRequest(SizeRange.atLeast(size), ByteSize.ZERO, usage);
    }
}
