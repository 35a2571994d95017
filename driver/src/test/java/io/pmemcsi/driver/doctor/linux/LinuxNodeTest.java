// SPDX-License-Identifier: Apache-2.0
package io.pmemcsi.driver.doctor.linux;

import static org.assertj.core.api.Assertions.assertThat;

import io.pmemcsi.driver.config.DriverConfig;
import io.pmemcsi.driver.config.Setting;
import io.pmemcsi.driver.config.Surroundings;
import io.pmemcsi.driver.doctor.Facts;
import io.pmemcsi.driver.doctor.NodeLvm;
import io.pmemcsi.driver.doctor.PmemFacts;
import io.pmemcsi.driver.doctor.PmemSupport;
import io.pmemcsi.driver.domain.ByteSize;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.stream.Stream;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class LinuxNodeTest {
    @TempDir
    private Path root = Path.of("");

    @Test
    void tells_what_the_kernel_says_and_what_is_installed() throws IOException {
        write("proc/sys/kernel/osrelease", "5.10.0-9\n");
        write("proc/self/status", "Name:\tx\nUid:\t1\t1000\t1\t1\nCapEff:\t0000000000200000\n");
        write("sys/block/loop0/loop/backing_file", "/x\n");
        write("sys/block/loop1/size", "0\n");
        write("sys/block/loopy/size", "0\n");
        write("sys/bus/nd/devices/region0/size", "1\n");
        write("sys/bus/nd/devices/namespace0.0/size", "1\n");
        write("dev/loop-control", "");
        program("sbin/mkfs.xfs");
        Facts facts = facts();
        assertThat(facts.caller()).isEqualTo(new Facts.Caller(1000, 1L << 21));
        assertThat(facts.system().kernel().release()).isEqualTo("5.10.0-9");
        assertThat(facts.system().loops()).isEqualTo(new Facts.Loops(true, true, 1, 1));
        assertThat(facts.system().regions()).contains(1);
        assertThat(facts.system().tools().stream().filter(Facts.Tool::installed).map(Facts.Tool::name))
                .containsExactly("mkfs.xfs");
    }

    @Test
    void a_machine_that_tells_nothing_has_nothing() {
        Facts facts = facts();
        assertThat(facts.caller()).isEqualTo(new Facts.Caller(65534, 0));
        assertThat(facts.system().loops()).isEqualTo(new Facts.Loops(false, false, 0, 0));
        assertThat(facts.system().regions()).isEmpty();
        assertThat(facts.state().directory().form()).isEqualTo(Facts.Form.ABSENT);
        assertThat(facts.state().directory().nearest()).isEqualTo(root);
        assertThat(facts.state().damaged()).contains(List.of());
        assertThat(facts.kubelet().form()).isEqualTo(Facts.Form.ABSENT);
        assertThat(facts.kubeletShared()).isFalse();
        assertThat(facts.inCluster()).isFalse();
    }

    @Test
    void looks_into_the_state_directory_and_changes_nothing() throws IOException {
        write("state/emulated/a.img", "12345");
        write("state/emulated/b.img.new", "1");
        write("state/volumes/a.json", "{}");
        write("state/volumes/b.json.damaged-2", "");
        write("state/volumes/a.json.damaged-1", "");
        Files.setPosixFilePermissions(root.resolve("state"), PosixFilePermissions.fromString("rwxrwx---"));
        List<String> before = tree();
        Facts.State state = facts().state();
        assertThat(state.directory().form()).isEqualTo(Facts.Form.THERE);
        assertThat(state.directory().writable()).isTrue();
        assertThat(state.openToOthers()).isTrue();
        assertThat(state.owner()).isEqualTo(Optional.of(Files.getAttribute(root, "unix:uid")));
        assertThat(state.used()).isEqualTo(ByteSize.of(5));
        assertThat(state.free().isZero()).isFalse();
        assertThat(state.damaged()).contains(List.of("a.json.damaged-1", "b.json.damaged-2"));
        assertThat(state.holder()).isEmpty();
        assertThat(tree()).isEqualTo(before);
    }

    @Test
    void finds_the_process_that_has_the_lock() throws IOException {
        Path lock = write("state/lock", "");
        write("proc/self/mountinfo", "27 1 254:1 / / rw shared:1 - ext4 /dev/vda rw\n");
        write(
                "proc/locks",
                "1: POSIX  ADVISORY  WRITE 4711 fe:01:" + Files.getAttribute(lock, "unix:ino") + " 0 EOF\n");
        Facts facts = facts();
        assertThat(facts.state().holder()).isEqualTo(OptionalLong.of(4711));
        assertThat(facts.kubeletShared()).isTrue();
    }

    @Test
    void a_file_in_the_way_is_no_directory() throws IOException {
        write("state", "");
        write("kubelet", "");
        Facts facts = facts();
        assertThat(facts.state().directory().form()).isEqualTo(Facts.Form.BLOCKED);
        assertThat(facts.kubelet().form()).isEqualTo(Facts.Form.BLOCKED);
        assertThat(facts.registration().orElseThrow().form()).isEqualTo(Facts.Form.BLOCKED);
        assertThat(facts.registration().orElseThrow().nearest()).isEqualTo(root.resolve("kubelet"));
    }

    @Test
    void tells_what_persistent_memory_finds_in_the_kernel() throws IOException {
        write("proc/sys/kernel/osrelease", "6.1.0\n");
        write("boot/config-6.1.0", "CONFIG_FS_DAX=y\n# CONFIG_BTT is not set\nCONFIG_BLK_DEV_PMEM=m\n");
        write("proc/self/mountinfo", "27 1 0:22 / " + root + "/sys ro shared:1 - sysfs sysfs rw\n");
        write("sys/bus/nd/drivers/nd_pmem/bind", "");
        write("dev/mapper/control", "");
        write("etc/lvm/lvm.conf", "devices { }");
        PmemSupport support = facts().support();
        assertThat(support.options()).contains(Map.of("CONFIG_FS_DAX", "y", "CONFIG_BLK_DEV_PMEM", "m"));
        assertThat(support.sysReadOnly()).isTrue();
        assertThat(support.drivers()).containsExactly("nd_pmem");
        assertThat(support.deviceMapper()).isTrue();
        assertThat(support.nodeLvm()).isEqualTo(new NodeLvm("devices { }", Optional.empty()));
    }

    @Test
    void the_running_kernels_own_word_on_its_options_counts() throws IOException {
        write("proc/sys/kernel/osrelease", "6.1.0\n");
        write("boot/config-6.1.0", "CONFIG_FS_DAX=y\n");
        Path own = write("proc/config.gz", "");
        try (var out = new GZIPOutputStream(Files.newOutputStream(own))) {
            out.write("CONFIG_BTT=y\n".getBytes(StandardCharsets.UTF_8));
        }
        assertThat(facts().support().options()).contains(Map.of("CONFIG_BTT", "y"));
    }

    @Test
    void tells_what_the_kernel_says_of_a_block_device() throws IOException {
        Path node = Path.of("/dev/pmem0");
        LinuxNode machine = new LinuxNode(root);
        assertThat(machine.block(node))
                .isEqualTo(new PmemFacts.BlockDevice(node, Optional.empty(), OptionalLong.empty()));
        assertThat(machine.isUsed(node)).isFalse();
        write("sys/class/block/pmem0/queue/dax", "1\n");
        write("sys/class/block/pmem0/device/resource", "0x140200000\n");
        write("sys/class/block/pmem0/dev", "259:0\n");
        assertThat(machine.block(node))
                .isEqualTo(new PmemFacts.BlockDevice(node, Optional.of(true), OptionalLong.of(0x140200000L)));
        assertThat(machine.isUsed(node)).isFalse();
        write("proc/self/mountinfo", "27 1 259:0 / /mnt rw - ext4 /dev/pmem0 rw\n");
        assertThat(machine.isUsed(node)).isTrue();
        write("proc/self/mountinfo", "");
        write("sys/class/block/pmem0/holders/dm-0", "");
        assertThat(machine.isUsed(node)).isTrue();
    }

    private Facts facts() {
        Surroundings around = new Surroundings(Map.of(), "host-1");
        DriverConfig config = DriverConfig.read(
                Map.of(
                        Setting.DEVICE_MODE, "emulated",
                        Setting.STATE_DIR, root.resolve("state").toString(),
                        Setting.KUBELET_DIR, root.resolve("kubelet").toString(),
                        Setting.KUBELET_REGISTRATION_DIR,
                                root.resolve("kubelet/r").toString()),
                around);
        return new LinuxNode(root).facts(config, around, new Facts.EndpointState.Absent(), PmemFacts.NONE);
    }

    private Path write(String file, String text) throws IOException {
        Path path = root.resolve(file);
        Files.createDirectories(path.getParent());
        return Files.writeString(path, text);
    }

    private void program(String file) throws IOException {
        Files.setPosixFilePermissions(write(file, ""), PosixFilePermissions.fromString("rwxr-xr-x"));
    }

    private List<String> tree() throws IOException {
        try (Stream<Path> paths = Files.walk(root)) {
            return paths.map(Path::toString).sorted().toList();
        }
    }
}
