// SPDX-License-Identifier: Apache-2.0
package io.pmemcsi.driver.volume;

import io.pmemcsi.driver.device.Capacity;
import io.pmemcsi.driver.device.Device;
import io.pmemcsi.driver.device.DeviceManager;
import io.pmemcsi.driver.device.DeviceRequest;
import io.pmemcsi.driver.device.DeviceTraits;
import io.pmemcsi.driver.device.MediaError;
import io.pmemcsi.driver.device.SizePlan;
import io.pmemcsi.driver.domain.ByteSize;
import io.pmemcsi.driver.domain.FsType;
import io.pmemcsi.driver.domain.VolumeId;
import io.pmemcsi.driver.mount.FileSystems;
import io.pmemcsi.driver.mount.FsUsage;
import io.pmemcsi.driver.mount.MountFlags;
import io.pmemcsi.driver.mount.MountRequest;
import io.pmemcsi.driver.mount.Mounted;
import io.pmemcsi.driver.mount.Mounter;
import io.pmemcsi.driver.mount.Occupant;
import io.pmemcsi.driver.state.VolumeRecord;
import io.pmemcsi.driver.state.VolumeStore;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/** The ports, with {@link Faults} asked before each call. */
final class FaultyPorts {
    private FaultyPorts() {}

    record Store(VolumeStore real, Faults faults) implements VolumeStore {
        @Override
        public void open() {
            faults.before("store.open");
            real.open();
        }

        @Override
        public List<VolumeRecord> all() {
            faults.before("store.all");
            return real.all();
        }

        @Override
        public Optional<VolumeRecord> find(VolumeId id) {
            faults.before("store.find");
            return real.find(id);
        }

        @Override
        public void save(VolumeRecord volume) {
            faults.before("store.save");
            real.save(volume);
        }

        @Override
        public void remove(VolumeId id) {
            faults.before("store.remove");
            real.remove(id);
        }
    }

    record Devices(DeviceManager real, Faults faults) implements DeviceManager {
        @Override
        public DeviceTraits traits() {
            return real.traits();
        }

        @Override
        public List<Device> recover() {
            faults.before("devices.recover");
            return real.recover();
        }

        @Override
        public Capacity capacity() {
            return real.capacity();
        }

        @Override
        public SizePlan plan(DeviceRequest request) {
            return real.plan(request);
        }

        @Override
        public Device create(VolumeId id, DeviceRequest request) {
            faults.before("devices.create");
            return real.create(id, request);
        }

        @Override
        public Optional<Device> find(VolumeId id) {
            faults.before("devices.find");
            return real.find(id);
        }

        @Override
        public Device expand(VolumeId id, DeviceRequest request) {
            faults.before("devices.expand");
            return real.expand(id, request);
        }

        @Override
        public void quarantine(VolumeId id) {
            faults.before("devices.quarantine");
            real.quarantine(id);
        }

        @Override
        public OptionalLong zero(VolumeId id, long offset, ByteSize length) {
            faults.before("devices.zero");
            return real.zero(id, offset, length);
        }

        @Override
        public void remove(VolumeId id) {
            faults.before("devices.remove");
            real.remove(id);
        }

        @Override
        public List<MediaError> mediaErrors(VolumeId id) {
            faults.before("devices.mediaErrors");
            return real.mediaErrors(id);
        }
    }

    record Mounts(Mounter real, Faults faults) implements Mounter {
        @Override
        public boolean mount(MountRequest request) {
            faults.before("mounter.mount");
            return real.mount(request);
        }

        @Override
        public void bind(Path source, Path target, MountFlags flags) {
            faults.before("mounter.bind");
            real.bind(source, target, flags);
        }

        @Override
        public void bindBlock(Device device, Path target, boolean readOnly) {
            faults.before("mounter.bindBlock");
            real.bindBlock(device, target, readOnly);
        }

        @Override
        public Optional<Mounted> find(Path target) {
            faults.before("mounter.find");
            return real.find(target);
        }

        @Override
        public Occupant find(Path target, Device device) {
            faults.before("mounter.find");
            return real.find(target, device);
        }

        @Override
        public List<Mounted> mountsOf(Device device) {
            faults.before("mounter.mountsOf");
            return real.mountsOf(device);
        }

        @Override
        public void unmount(Path target) {
            faults.before("mounter.unmount");
            real.unmount(target);
        }

        @Override
        public void removeTarget(Path target) {
            faults.before("mounter.removeTarget");
            real.removeTarget(target);
        }

        @Override
        public boolean rootExists(Path target) {
            faults.before("mounter.rootExists");
            return real.rootExists(target);
        }

        @Override
        public boolean parentExists(Path target) {
            faults.before("mounter.parentExists");
            return real.parentExists(target);
        }

        @Override
        public boolean isLostByKubelet(Path target) {
            faults.before("mounter.isLostByKubelet");
            return real.isLostByKubelet(target);
        }

        @Override
        public FsUsage usage(Path target) {
            faults.before("mounter.usage");
            return real.usage(target);
        }
    }

    record Formats(FileSystems real, Faults faults) implements FileSystems {
        @Override
        public Optional<String> probe(Device device) {
            faults.before("fileSystems.probe");
            return real.probe(device);
        }

        @Override
        public void format(Device device, FsType type) {
            faults.before("fileSystems.format");
            real.format(device, type);
        }

        @Override
        public void grow(Device device, FsType type, Path mountPoint) {
            faults.before("fileSystems.grow");
            real.grow(device, type, mountPoint);
        }

        @Override
        public ByteSize expectedSpace(FsType type, ByteSize size) {
            return real.expectedSpace(type, size);
        }
    }
}
