// SPDX-License-Identifier: Apache-2.0
package io.pmemcsi.test.device;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.pmemcsi.bindings.linux.FileIdentity;
import io.pmemcsi.bindings.linux.LoopDevices;
import io.pmemcsi.bindings.linux.LoopStatus;
import io.pmemcsi.driver.device.Device;
import io.pmemcsi.driver.device.DeviceManager;
import io.pmemcsi.driver.device.ExpandableDevicesContract;
import io.pmemcsi.driver.device.emulated.EmulatedDeviceManager;
import io.pmemcsi.driver.domain.ByteSize;
import io.pmemcsi.driver.domain.FailureKind;
import io.pmemcsi.driver.domain.StorageException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.OptionalLong;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The emulated mode on this host: needs root and loop devices. */
final class EmulatedDeviceManagerIT extends ExpandableDevicesContract {
    private static final byte[] SECRET = "old tenant's secret".getBytes(StandardCharsets.UTF_8);

    private final LoopDevices loops = new LoopDevices();

    @TempDir
    Path temporary = Path.of("");

    private ByteSize capacity = ByteSize.ZERO;

    @Override
    protected DeviceManager start(ByteSize managed) {
        capacity = managed;
        DeviceManager devices = restart();
        devices.recover();
        return devices;
    }

    @Override
    protected DeviceManager restart() {
        return new EmulatedDeviceManager(backing(), capacity);
    }

    @Override
    protected byte[] read(Device device, long offset, int length) {
        return readAt(device.path(), offset, length);
    }

    @Override
    protected void write(Device device, long offset, byte[] data) {
        try (FileChannel channel = FileChannel.open(device.path(), StandardOpenOption.WRITE)) {
            channel.write(ByteBuffer.wrap(data), offset);
            channel.force(false);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    protected Hold hold(Device device) {
        try {
            FileChannel channel = FileChannel.open(device.path(), StandardOpenOption.READ);
            return () -> {
                try {
                    channel.close();
                } catch (IOException e) {
                    throw new UncheckedIOException(e);
                }
            };
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private Path backing() {
        return temporary.resolve("devices");
    }

    private Path image() {
        return backing().resolve(ONE.value() + ".img");
    }

    private static byte[] readAt(Path file, long offset, int length) {
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
            ByteBuffer data = ByteBuffer.allocate(length);
            while (data.hasRemaining() && channel.read(data, offset + data.position()) > 0) {}
            return data.array();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The loop devices on files of this test. */
    private List<LoopStatus> attached() {
        return loops.attached().stream()
                .filter(number -> loops.backingPath(number)
                        .filter(path -> path.startsWith(temporary))
                        .isPresent())
                .flatMap(number -> loops.status(number).stream())
                .toList();
    }

    @AfterEach
    void detach_everything() {
        attached()
                .forEach(loop -> assertThat(loops.detach(loop.number(), loop.backing()))
                        .as("%s", loop)
                        .isTrue());
    }

    @Test
    void one_volume_is_one_direct_loop_device_and_deleting_leaves_nothing() throws IOException {
        DeviceManager devices = start(units(64));
        Device device = devices.create(ONE, atLeast(units(4)));
        assertThat(attached()).singleElement().satisfies(loop -> {
            assertThat(loop.node()).isEqualTo(device.path());
            assertThat(loop.isDirect()).isTrue();
            assertThat(loop.isAutoclear()).isFalse();
            assertThat(loop.backing()).isEqualTo(FileIdentity.of(image()));
        });
        assertThat(Path.of("/sys/block", device.path().getFileName().toString(), "queue/logical_block_size"))
                .content()
                .isEqualTo("4096\n");
        delete(devices, ONE);
        assertThat(attached()).isEmpty();
        assertThat(backing()).isEmptyDirectory();
    }

    @Test
    void the_space_of_a_volume_is_reserved_on_the_host() throws IOException {
        start(units(64)).create(ONE, atLeast(units(8)));
        assertThat(blocksOf(image())).isEqualTo(units(8).bytes() / 512);
    }

    private static long blocksOf(Path file) throws IOException {
        Process stat = new ProcessBuilder("stat", "-c", "%b", file.toString()).start();
        return Long.parseLong(new String(stat.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip());
    }

    @Test
    void a_reboot_is_repaired() {
        DeviceManager devices = start(units(64));
        Device before = devices.create(ONE, atLeast(units(4)));
        write(before, 0, SECRET);
        detach_everything();
        DeviceManager next = restart();
        assertThat(next.recover()).extracting(Device::id).containsExactly(ONE);
        assertThat(read(next.find(ONE).orElseThrow(), 0, SECRET.length)).isEqualTo(SECRET);
        assertThat(attached()).hasSize(1);
    }

    @Test
    void a_device_that_was_detached_by_hand_is_attached_again() {
        DeviceManager devices = start(units(64));
        write(devices.create(ONE, atLeast(units(4))), 0, SECRET);
        detach_everything();
        assertThat(read(devices.find(ONE).orElseThrow(), 0, SECRET.length)).isEqualTo(SECRET);
        assertThat(attached()).hasSize(1);
    }

    @Test
    void the_next_process_uses_the_loop_device_that_is_there() {
        Device before = start(units(64)).create(ONE, atLeast(units(4)));
        DeviceManager next = restart();
        assertThat(next.recover()).containsExactly(before);
        assertThat(attached()).hasSize(1);
    }

    @Test
    void a_half_made_file_is_removed() throws IOException {
        Files.createDirectories(backing());
        Path half = Files.writeString(backing().resolve(ONE.value() + ".img.new"), "half");
        DeviceManager devices = start(units(64));
        assertThat(half).doesNotExist();
        assertThat(devices.find(ONE)).isEmpty();
        assertThat(devices.capacity().available()).isEqualTo(units(64));
    }

    @Test
    void a_foreign_file_is_left_alone() throws IOException {
        Files.createDirectories(backing());
        Path foreign = Files.writeString(backing().resolve("notes.img"), "keep me");
        DeviceManager devices = start(units(64));
        assertThat(foreign).hasContent("keep me");
        assertThat(devices.capacity().available()).isEqualTo(units(64));
    }

    @Test
    void loop_devices_on_no_volume_are_detached() throws IOException {
        start(units(64)).create(ONE, atLeast(units(4)));
        Path stray = backing().resolve("stray");
        Files.write(stray, new byte[1 << 20]);
        loops.attach(stray, "by hand");
        loops.attach(image(), "second device on one file");
        Path deleted = backing().resolve("deleted");
        Files.write(deleted, new byte[1 << 20]);
        loops.attach(deleted, "by hand");
        Files.delete(deleted);
        assertThat(attached()).hasSize(4);
        restart().recover();
        assertThat(attached()).extracting(LoopStatus::backing).containsExactly(FileIdentity.of(image()));
    }

    @Test
    void a_deletion_that_was_interrupted_after_unlink_leaks_no_loop_device() throws IOException {
        start(units(64)).create(ONE, atLeast(units(4)));
        Files.delete(image());
        assertThat(restart().recover()).isEmpty();
        assertThat(attached()).isEmpty();
    }

    @Test
    void an_expansion_that_was_interrupted_is_finished() throws IOException {
        DeviceManager devices = start(units(64));
        devices.create(ONE, atLeast(units(4)));
        try (FileChannel file = FileChannel.open(image(), StandardOpenOption.WRITE)) {
            file.write(ByteBuffer.allocate(1), units(6).bytes() - 1);
        }
        assertThat(devices.find(ONE).orElseThrow().size()).isEqualTo(units(6));
        assertThat(loopSize()).isEqualTo(units(6));
        DeviceManager next = restart();
        assertThat(next.recover()).extracting(Device::size).containsExactly(units(6));
        assertThat(next.capacity().available()).isEqualTo(units(58));
    }

    private ByteSize loopSize() throws IOException {
        Path size = Path.of("/sys/block/loop" + attached().getFirst().number() + "/size");
        return ByteSize.of(512 * Long.parseLong(Files.readString(size).strip()));
    }

    @Test
    void a_device_grows_while_it_is_open() throws IOException {
        DeviceManager devices = start(units(64));
        Device small = devices.create(ONE, atLeast(units(4)));
        try (FileChannel open = FileChannel.open(small.path(), StandardOpenOption.WRITE)) {
            devices.expand(ONE, atLeast(units(8)));
            assertThat(open.write(ByteBuffer.wrap(SECRET), units(8).bytes() - 4096))
                    .isEqualTo(SECRET.length);
            open.force(false);
        }
        assertThat(readAt(small.path(), units(8).bytes() - 4096, SECRET.length)).isEqualTo(SECRET);
    }

    @Test
    void erasing_overwrites_the_backing_store_itself() throws IOException {
        DeviceManager devices = start(units(64));
        Device device = devices.create(ONE, atLeast(units(3)));
        for (long at = 0; at < device.size().bytes(); at += 4096) {
            write(device, at, SECRET);
        }
        assertThat(readAt(image(), 8192, SECRET.length)).isEqualTo(SECRET);
        devices.quarantine(ONE);
        long blocks = blocksOf(image());
        assertThat(devices.zero(ONE, 0, units(2))).isEqualTo(OptionalLong.of(units(2).bytes()));
        assertThat(readAt(image(), units(2).bytes(), SECRET.length)).isEqualTo(SECRET);
        assertThat(devices.zero(ONE, units(2).bytes(), units(2))).isEmpty();
        assertThat(Files.readAllBytes(image()))
                .hasSize(Math.toIntExact(units(3).bytes()))
                .containsOnly(0);
        assertThat(blocksOf(image())).as("no hole was punched").isGreaterThanOrEqualTo(blocks);
    }

    @Test
    void a_device_in_use_is_named_and_stays_attached_afterwards() {
        DeviceManager devices = start(units(64));
        Device device = devices.create(ONE, atLeast(units(4)));
        Hold hold = hold(device);
        assertThatExceptionOfType(StorageException.class)
                .isThrownBy(() -> devices.quarantine(ONE))
                .withMessageContaining(device.path().toString());
        hold.close();
        assertThat(attached()).singleElement().matches(loop -> !loop.isAutoclear());
        assertThat(readAt(device.path(), 0, 512)).containsOnly(0);
    }

    @Test
    void a_mounted_device_is_not_detached() throws Exception {
        DeviceManager devices = start(units(64));
        Device device = devices.create(ONE, atLeast(units(16)));
        Path target = Files.createDirectory(temporary.resolve("mounted"));
        run("mke2fs", "-q", "-t", "ext4", device.path().toString());
        run("mount", device.path().toString(), target.toString());
        try {
            assertThatExceptionOfType(StorageException.class)
                    .isThrownBy(() -> devices.quarantine(ONE))
                    .satisfies(e -> assertThat(e.kind()).isEqualTo(FailureKind.IN_USE));
            assertThat(restart().recover()).containsExactly(device);
            Files.writeString(target.resolve("file"), "still writable");
        } finally {
            run("umount", target.toString());
        }
        delete(devices, ONE);
        assertThat(attached()).isEmpty();
    }

    private static void run(String... command) throws IOException, InterruptedException {
        assertThat(new ProcessBuilder(command).inheritIO().start().waitFor())
                .as(String.join(" ", command))
                .isZero();
    }

    @Test
    void looking_for_a_volume_while_it_is_deleted_attaches_nothing_behind_its_back() throws Exception {
        DeviceManager devices = start(units(64));
        for (int round = 0; round < 8; round++) {
            devices.create(ONE, atLeast(units(1)));
            AtomicBoolean done = new AtomicBoolean();
            try (ExecutorService threads = Executors.newFixedThreadPool(2)) {
                Runnable look = () -> {
                    while (!done.get()) {
                        devices.find(ONE);
                    }
                };
                Future<?> first = threads.submit(look);
                Future<?> second = threads.submit(look);
                delete(devices, ONE);
                done.set(true);
                first.get();
                second.get();
            }
            assertThat(attached()).isEmpty();
        }
    }
}
