// SPDX-License-Identifier: Apache-2.0
package io.pmemcsi.test.pmem;

import static org.assertj.core.api.Assertions.assertThat;

import io.pmemcsi.bindings.linux.LinuxFiles;
import io.pmemcsi.bindings.linux.OpenFd;
import io.pmemcsi.bindings.ndctl.Namespace;
import io.pmemcsi.bindings.ndctl.NamespaceMode;
import io.pmemcsi.bindings.ndctl.NamespaceSpec;
import io.pmemcsi.bindings.ndctl.Ndctl;
import io.pmemcsi.driver.device.Device;
import io.pmemcsi.driver.device.DeviceManager;
import io.pmemcsi.driver.device.DeviceManagerContract;
import io.pmemcsi.driver.device.DeviceRequest;
import io.pmemcsi.driver.device.MediaError;
import io.pmemcsi.driver.device.SizePlan;
import io.pmemcsi.driver.device.direct.DirectDeviceManager;
import io.pmemcsi.driver.domain.ByteSize;
import io.pmemcsi.driver.domain.FsType;
import io.pmemcsi.driver.domain.SizeRange;
import io.pmemcsi.driver.domain.Usage;
import io.pmemcsi.driver.domain.VolumeId;
import io.pmemcsi.test.system.Commands;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/**
 * The contract of device managers for the direct mode, on a machine whose one NVDIMM has 1 GiB; what it holds is lost.
 */
final class DirectDeviceManagerOnPmem extends DeviceManagerContract {
    private static final Ndctl NDCTL = Ndctl.load().require();
    private static final byte[] DATA = "data of a user".getBytes(StandardCharsets.UTF_8);

    @BeforeAll
    static void initialise_labels() {
        NDCTL.regions().stream().filter(region -> !region.labelled()).forEach(NDCTL::initLabels);
    }

    @AfterEach
    void erase_all() {
        DeviceManager devices = restart();
        devices.recover().forEach(device -> delete(devices, device.id()));
        NDCTL.namespaces().forEach(NDCTL::destroy);
    }

    @Override
    protected DeviceManager start(ByteSize managed) {
        DeviceManager devices = restart();
        assertThat(devices.recover()).isEmpty();
        assertThat(devices.capacity().managed()).isEqualTo(managed);
        return devices;
    }

    @Override
    protected DeviceManager restart() {
        return new DirectDeviceManager(NDCTL);
    }

    @Override
    protected byte[] read(Device device, long offset, int length) {
        return RawAccess.read(device, offset, length);
    }

    @Override
    protected void write(Device device, long offset, byte[] data) {
        RawAccess.write(device, offset, data);
    }

    @Override
    protected Hold hold(Device device) {
        OpenFd claimed = LinuxFiles.claimDevice(device.path());
        return claimed::close;
    }

    @Override
    protected ByteSize unit() {
        return ByteSize.mebibytes(16);
    }

    private DeviceManager devices() {
        return start(units(64));
    }

    private static DeviceRequest request(ByteSize size, ByteSize minimum, Usage usage) {
        return new DeviceRequest(SizeRange.atLeast(size), minimum, usage);
    }

    /** All the memory there is, as one raw namespace. */
    private static byte[] everythingAround(String text) {
        Namespace all = NDCTL.create(new NamespaceSpec(
                NDCTL.regions().getFirst().device(), "all", UUID.randomUUID(), NamespaceMode.FSDAX, 1L << 30));
        try {
            String node = NDCTL.enableRaw(all).blockDevice().orElseThrow().toString();
            return Commands.run("sh", "-c", "grep -abo '" + text + "' " + node + " || true")
                    .getBytes(StandardCharsets.UTF_8);
        } finally {
            NDCTL.destroy(all);
        }
    }

    @Test
    void file_io_gets_whole_sectors_that_are_erased_with_their_spares() throws IOException {
        DeviceManager devices = devices();
        var request = request(ByteSize.mebibytes(64), ByteSize.ZERO, Usage.FILE_IO);
        ByteSize planned = devices.plan(request).device();
        Device made = devices.create(ONE, request);
        assertThat(made.size()).isGreaterThanOrEqualTo(ByteSize.mebibytes(64)).isEqualTo(planned);
        Path queue = Path.of("/sys/block", made.path().getFileName().toString(), "queue");
        assertThat(Files.readString(queue.resolve("logical_block_size"))).isEqualTo("4096\n");
        assertThat(Files.readString(queue.resolve("dax"))).isEqualTo("0\n");
        for (int i = 0; i < 1000; i++) {
            write(made, (i % 400) * 4096L, Arrays.copyOf(DATA, 4096));
        }
        DeviceManager next = restart();
        assertThat(next.recover()).containsExactly(made);
        assertThat(made.usage()).isEqualTo(Usage.FILE_IO);
        delete(next, ONE);
        assertThat(everythingAround("data of a user")).isEmpty();
    }

    @Test
    void the_smallest_file_io_gets_an_arena_of_its_own() {
        DeviceManager devices = devices();
        var request = request(ByteSize.mebibytes(1), ByteSize.ZERO, Usage.FILE_IO);
        SizePlan plan = devices.plan(request);
        assertThat(devices.create(ONE, request).size()).isEqualTo(plan.device());
        assertThat(plan.taken()).isEqualTo(ByteSize.mebibytes(32));
    }

    @Test
    void the_smallest_xfs_fits() {
        Device made = devices().create(ONE, request(ByteSize.ZERO, FsType.XFS.minimum(), Usage.APP_DIRECT));
        assertThat(made.size()).isGreaterThanOrEqualTo(FsType.XFS.minimum());
        Commands.run(
                "mkfs.xfs",
                "-q",
                "-m",
                "reflink=0,rmapbt=0",
                "-d",
                "su=2m,sw=1,agcount=4",
                made.path().toString());
    }

    @Test
    void damage_that_the_kernel_knows_is_reported() throws IOException {
        DeviceManager devices = devices();
        Device made = devices.create(ONE, atLeast(units(4)));
        Path list = Path.of("/sys/block", made.path().getFileName().toString(), "badblocks");
        Files.writeString(list, "16 8");
        assertThat(devices.mediaErrors(ONE)).containsExactly(new MediaError(ByteSize.of(8192), ByteSize.of(4096)));
    }

    @Test
    void a_disabled_device_is_enabled_when_it_is_asked_for() {
        DeviceManager devices = devices();
        Device made = devices.create(ONE, atLeast(units(4)));
        write(made, 4096, DATA);
        NDCTL.namespaces().forEach(NDCTL::disable);
        assertThat(made.path()).doesNotExist();
        Device found = devices.find(ONE).orElseThrow();
        assertThat(read(found, 4096, DATA.length)).isEqualTo(DATA);
    }

    @Test
    void what_was_half_made_and_what_is_foreign_is_told_apart() {
        DeviceManager devices = devices();
        devices.create(ONE, atLeast(units(4)));
        Namespace foreign = NDCTL.create(new NamespaceSpec(
                NDCTL.regions().getFirst().device(), "foreign", UUID.randomUUID(), NamespaceMode.FSDAX, 64L << 20));
        Namespace half = NDCTL.create(
                new NamespaceSpec(foreign.region(), TWO.value(), UUID.randomUUID(), NamespaceMode.FSDAX, 64L << 20));
        Path raw = NDCTL.enableRaw(half).blockDevice().orElseThrow();
        Commands.run("dd", "if=/dev/zero", "of=" + raw, "bs=8192", "count=1", "conv=fsync");
        NDCTL.disable(half);
        assertThat(restart().recover()).extracting(Device::id).containsExactly(ONE);
        assertThat(NDCTL.namespaces())
                .extracting(Namespace::name)
                .containsExactlyInAnyOrder(ONE.value(), foreign.name());
        NDCTL.destroy(foreign);
    }

    @Test
    void after_any_pattern_of_deletions_the_largest_volume_is_what_can_be_made() {
        DeviceManager devices = devices();
        List<VolumeId> ids = new ArrayList<>();
        for (int i = 0; i < 12; i++) {
            VolumeId id = VolumeId.ofName("fragment " + i);
            ids.add(id);
            devices.create(id, atLeast(ByteSize.mebibytes(20 + 13L * (i % 5))));
        }
        for (int i = 1; i < 12; i += 3) {
            delete(devices, ids.get(i));
            ByteSize largest = devices.capacity().largest();
            Device made = devices.create(ONE, atLeast(largest));
            assertThat(made.size()).isGreaterThanOrEqualTo(largest);
            delete(devices, ONE);
        }
        assertThat(devices.capacity().available())
                .isGreaterThan(devices.capacity().largest());
    }
}
