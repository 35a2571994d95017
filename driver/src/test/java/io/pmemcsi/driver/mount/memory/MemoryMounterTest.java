// SPDX-License-Identifier: Apache-2.0
package io.pmemcsi.driver.mount.memory;

import static org.assertj.core.api.Assertions.assertThat;

import io.pmemcsi.driver.device.Device;
import io.pmemcsi.driver.domain.ByteSize;
import io.pmemcsi.driver.domain.DaxPolicy;
import io.pmemcsi.driver.domain.FsType;
import io.pmemcsi.driver.domain.VolumeId;
import io.pmemcsi.driver.mount.FileSystems;
import io.pmemcsi.driver.mount.MountFlags;
import io.pmemcsi.driver.mount.MountRequest;
import io.pmemcsi.driver.mount.Mounter;
import io.pmemcsi.driver.mount.MounterContract;
import io.pmemcsi.driver.mount.MounterFixture;
import io.pmemcsi.driver.mount.TargetRules;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

final class MemoryMounterTest extends MounterContract {
    @Override
    protected MounterFixture open(Path allowed) {
        return new MemoryFixture(allowed);
    }

    @Test
    void imagined_targets_need_no_directory_and_dax_can_be_imagined_too() {
        var fileSystems = new MemoryFileSystems();
        var rules = new TargetRules(List.of(Path.of("/imagined")));
        Mounter mounter = MemoryMounter.withImaginedTargets(rules, fileSystems, true);
        Device device = MemoryFixture.device("imagined");
        fileSystems.format(device, FsType.XFS);
        Path target = Path.of("/imagined/pod/target");
        assertThat(mounter.parentExists(target)).isTrue();
        assertThat(mounter.mount(new MountRequest(device, FsType.XFS, MountFlags.NONE, DaxPolicy.REQUIRED, target)))
                .isTrue();
        assertThat(mounter.find(target)).isPresent();
        assertThat(target).doesNotExist();
        mounter.unmount(target);
        mounter.removeTarget(target);
        assertThat(mounter.find(target)).isEmpty();
    }

    private static final class MemoryFixture implements MounterFixture {
        private final MemoryFileSystems fileSystems = new MemoryFileSystems();
        private final MemoryMounter mounter;
        private int devices;

        MemoryFixture(Path root) {
            mounter = MemoryMounter.withRealTargets(new TargetRules(List.of(root)), fileSystems, false);
        }

        static Device device(String name) {
            VolumeId id = VolumeId.ofName(name);
            return new Device(id, ByteSize.mebibytes(512), Path.of("/memory", id.value()));
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
            return FsType.EXT4;
        }

        @Override
        public Device device() {
            devices++;
            return device("device-" + devices);
        }

        @Override
        public Optional<Device> enlarge(Device device) {
            return Optional.of(new Device(device.id(), device.size().plus(device.size()), device.path()));
        }

        @Override
        public AutoCloseable use(Path mountPoint) {
            mounter.hold(mountPoint);
            return () -> mounter.release(mountPoint);
        }

        @Override
        public boolean keepsFiles() {
            return false;
        }

        @Override
        public boolean mayGrow() {
            return true;
        }

        @Override
        public void close() {}
    }
}
