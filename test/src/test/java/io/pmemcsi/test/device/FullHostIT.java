// SPDX-License-Identifier: Apache-2.0
package io.pmemcsi.test.device;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.pmemcsi.bindings.Errno;
import io.pmemcsi.bindings.NativeCallException;
import io.pmemcsi.bindings.linux.FileSpace;
import io.pmemcsi.driver.device.Device;
import io.pmemcsi.driver.device.DeviceManager;
import io.pmemcsi.driver.device.DeviceRequest;
import io.pmemcsi.driver.device.emulated.EmulatedDeviceManager;
import io.pmemcsi.driver.domain.AccessType;
import io.pmemcsi.driver.domain.ByteSize;
import io.pmemcsi.driver.domain.DaxPolicy;
import io.pmemcsi.driver.domain.FailureKind;
import io.pmemcsi.driver.domain.FsType;
import io.pmemcsi.driver.domain.SizeRange;
import io.pmemcsi.driver.domain.StorageException;
import io.pmemcsi.driver.domain.Usage;
import io.pmemcsi.driver.domain.VolumeId;
import io.pmemcsi.driver.state.VolumeRecord;
import io.pmemcsi.driver.state.VolumeStore;
import io.pmemcsi.driver.state.VolumeTraits;
import io.pmemcsi.driver.state.file.FileVolumeStore;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Instant;
import java.time.InstantSource;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The emulated mode on a host file system that is smaller than promised. Needs root and loop devices. */
final class FullHostIT {
    private static final VolumeId ONE = VolumeId.ofName("one");
    private static final VolumeId TWO = VolumeId.ofName("two");

    @TempDir
    Path mountPoint = Path.of("");

    private Path backing() {
        return mountPoint.resolve("devices");
    }

    private static void run(String... command) throws IOException, InterruptedException {
        assertThat(new ProcessBuilder(command).inheritIO().start().waitFor())
                .as(String.join(" ", command))
                .isZero();
    }

    @BeforeEach
    void mount() throws Exception {
        run("mount", "-t", "tmpfs", "-o", "size=32m", "none", mountPoint.toString());
    }

    @AfterEach
    void unmount() throws Exception {
        DeviceManager devices = new EmulatedDeviceManager(backing(), ByteSize.mebibytes(1024));
        for (Device device : devices.recover()) {
            devices.quarantine(device.id());
            devices.remove(device.id());
        }
        run("umount", mountPoint.toString());
    }

    private static DeviceRequest mebibytes(long count) {
        return new DeviceRequest(SizeRange.atLeast(ByteSize.mebibytes(count)), ByteSize.ZERO, Usage.APP_DIRECT);
    }

    private DeviceManager start() {
        DeviceManager devices = new EmulatedDeviceManager(backing(), ByteSize.mebibytes(1024));
        devices.recover();
        return devices;
    }

    @Test
    void capacity_is_what_the_host_really_has() {
        DeviceManager devices = start();
        assertThat(devices.capacity().available())
                .isLessThan(ByteSize.mebibytes(32))
                .isGreaterThan(ByteSize.mebibytes(20));
        assertThat(devices.create(ONE, mebibytes(16)).size()).isEqualTo(ByteSize.mebibytes(16));
        assertThat(devices.capacity().available()).isLessThan(ByteSize.mebibytes(16));
        ByteSize rest = devices.capacity().largest();
        assertThat(devices.create(TWO, mebibytes(rest.bytes() >> 20)).size()).isEqualTo(rest);
    }

    @Test
    void a_volume_beyond_it_is_refused() {
        DeviceManager devices = start();
        assertThatExceptionOfType(StorageException.class)
                .isThrownBy(() -> devices.create(ONE, mebibytes(40)))
                .withMessageContaining("40Mi")
                .satisfies(e -> assertThat(e.kind()).isEqualTo(FailureKind.OUT_OF_SPACE));
        assertThat(backing()).isEmptyDirectory();
    }

    @Test
    void a_full_state_directory_does_not_keep_volumes_from_being_deleted() throws IOException {
        VolumeStore store = new FileVolumeStore(mountPoint.resolve("state"), InstantSource.system());
        store.open();
        VolumeTraits traits =
                new VolumeTraits(AccessType.MOUNT, FsType.EXT4, Usage.APP_DIRECT, DaxPolicy.PREFERRED, true);
        VolumeRecord volume = VolumeRecord.adopted(ONE, traits, ByteSize.mebibytes(16), Instant.EPOCH);
        store.save(volume);
        fill(mountPoint.resolve("filler"));
        store.save(volume.deleting());
        store.save(volume.deleting().erasedTo(4096));
        assertThatExceptionOfType(StorageException.class)
                .as("what begins does not get the space that is kept for what ends")
                .isThrownBy(() -> store.save(VolumeRecord.adopted(TWO, traits, ByteSize.mebibytes(16), Instant.EPOCH)));
        store.save(volume.deleting().erasedTo(8192));
        store.remove(ONE);
        VolumeStore next = new FileVolumeStore(mountPoint.resolve("state"), InstantSource.system());
        next.open();
        assertThat(next.find(ONE)).isEmpty();
    }

    private static void fill(Path file) throws IOException {
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
            ByteBuffer block = ByteBuffer.allocate(4096);
            while (channel.write(block) > 0) {
                block.clear();
            }
        } catch (IOException e) {
            assertThat(e).hasMessageContaining("No space left on device");
        }
    }

    @Test
    void space_that_the_host_lacks_is_given_back_at_once() throws IOException {
        Path file = Files.write(mountPoint.resolve("file"), new byte[4096]);
        long free = Files.getFileStore(mountPoint).getUsableSpace();
        assertThatExceptionOfType(NativeCallException.class)
                .isThrownBy(() -> new FileSpace().grow(file, 4096, 64 << 20))
                .satisfies(e -> assertThat(e.errno()).isEqualTo(Errno.ENOSPC));
        assertThat(Files.size(file)).isEqualTo(4096);
        assertThat(Files.getFileStore(mountPoint).getUsableSpace()).isEqualTo(free);
    }

    @Test
    void a_device_that_cannot_grow_keeps_its_size() throws IOException {
        DeviceManager devices = start();
        Device device = devices.create(ONE, mebibytes(8));
        assertThatExceptionOfType(StorageException.class)
                .isThrownBy(() -> devices.expand(ONE, mebibytes(40)))
                .satisfies(e -> assertThat(e.kind()).isEqualTo(FailureKind.OUT_OF_SPACE));
        assertThat(devices.find(ONE)).contains(device);
        assertThat(Files.size(backing().resolve(ONE.value() + ".img")))
                .isEqualTo(device.size().bytes());
    }

    @Test
    void what_users_discard_stays_reserved() throws Exception {
        Device device = start().create(ONE, mebibytes(16));
        long free = Files.getFileStore(mountPoint).getUsableSpace();
        assertDiscardIsRefused(device);
        start();
        assertDiscardIsRefused(device);
        assertThat(Files.getFileStore(mountPoint).getUsableSpace()).isEqualTo(free);
    }

    private static void assertDiscardIsRefused(Device device) throws IOException, InterruptedException {
        Process tool = new ProcessBuilder("blkdiscard", device.path().toString())
                .redirectErrorStream(true)
                .start();
        String output = new String(tool.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(tool.waitFor()).as(output).isNotZero();
        assertThat(output).contains("not supported");
    }
}
