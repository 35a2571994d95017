// SPDX-License-Identifier: Apache-2.0
package io.pmemcsi.test.pmem;

import static org.assertj.core.api.Assertions.assertThat;

import csi.v1.ControllerGetVolumeHealthRequest;
import csi.v1.VolumeHealth;
import csi.v1.VolumeHealthErrorType;
import io.pmemcsi.test.system.Commands;
import io.pmemcsi.test.system.Eventually;
import io.pmemcsi.test.system.Orchestrator;
import io.pmemcsi.test.system.Requests;
import io.pmemcsi.test.vm.Guest;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What the whole driver does on persistent memory, in one guest. */
@Tag(Guest.TAG)
@Tag(Guest.THOROUGH)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class DriverOnPmemIT {
    private static final long MIB = 1L << 20;
    private static final String SECRET = "nobody else may ever read this";

    @SuppressWarnings("NullAway.Init") // Set before all tests.
    private PmemNode node;

    @BeforeAll
    void start() {
        node = PmemNode.start("3G");
    }

    @AfterAll
    void stop() {
        node.close();
    }

    /** In how many places a text stands on the medium, read from outside the guest. */
    private long onTheMedium(String text) {
        node.guest().sh("sync");
        String medium = node.guest().nvdimm(0).toString();
        // Zeroes become ends of lines, as grep keeps a line in memory. Its exit code 1 says that there is none.
        String search = "LC_ALL=C tr '\\000' '\\n' <'" + medium + "' | LC_ALL=C grep -acF '" + text + "' || [ $? = 1 ]";
        return Long.parseLong(Commands.run("sh", "-c", search).strip());
    }

    @ParameterizedTest
    @ValueSource(strings = {"lvm", "direct"})
    void deleting_answers_at_once_and_the_erasing_survives_a_kill(String mode) {
        String secret = SECRET + " " + mode;
        PmemNode.Running driver = node.driver(mode, "--erase-rate", "64Mi");
        long empty = driver.csi().available();
        String id = driver.kubelet().create("secret", 1024 * MIB, Requests.BLOCK, Map.of());
        driver.kubelet().stage(id, Requests.BLOCK);
        Path target = driver.kubelet().publish(id, "secret", Requests.BLOCK);
        node.guest()
                .sh("yes '" + secret + "' | dd of=" + target
                        + " bs=1M count=300 iflag=fullblock conv=fsync status=none");
        assertThat(onTheMedium(secret)).isPositive();
        driver.kubelet().unpublish(id, "secret");
        driver.kubelet().unstage(id);
        driver.kubelet().delete(id);
        // At this rate erasing takes 16 s: whoever has the answer now did not wait for it.
        assertThat(driver.csi().available()).as("space while erasing").isLessThanOrEqualTo(empty - 1024 * MIB);
        driver.process().kill();
        driver.disconnect();
        assertThat(node.guest().sh("grep -ho '\"erased\": *[0-9]*' " + PmemNode.state(mode) + "/volumes/*.json"))
                .as("the record of a deletion that is not done")
                .isNotEmpty();
        driver = node.driver(mode);
        assertThat(driver.csi().ids()).isEmpty();
        driver.csi().awaitAvailable(empty);
        assertThat(onTheMedium(secret)).as("copies of the secret on the medium").isZero();
        driver.close();
    }

    /** exec of setpriv ends with the driver and becomes mkfs; nothing else is run. */
    @Test
    void making_a_volume_runs_no_program_but_mkfs() {
        try (PmemNode.Running driver = node.driver("lvm")) {
            Orchestrator kubelet = driver.kubelet();
            String warm = kubelet.create("warm", 64 * MIB, Requests.EXT4, Map.of());
            node.guest()
                    .sh("setsid strace -f -qq -e trace=execve -e signal=none -o /tmp/strace -p $(cat /run/pmem-csi.pid)"
                            + " >/dev/null 2>&1 </dev/null & echo $! >/tmp/strace.pid");
            Eventually.holds(
                    "tracing",
                    () -> node.guest()
                                    .run("grep -q 'TracerPid:.*[1-9]' /proc/$(cat /run/pmem-csi.pid)/status")
                                    .code()
                            == 0);
            String id = kubelet.create("traced", 64 * MIB, Requests.EXT4, Map.of());
            kubelet.stage(id, Requests.EXT4);
            kubelet.publish(id, "traced", Requests.EXT4);
            node.guest().sh("kill -INT $(cat /tmp/strace.pid)");
            List<String> programs = node.guest()
                    .sh("grep -o 'execve(\"[^\"]*' /tmp/strace || true")
                    .lines()
                    .map(line -> line.substring(line.lastIndexOf('/') + 1))
                    .distinct()
                    .toList();
            assertThat(programs).contains("mkfs.ext4").isSubsetOf("jspawnhelper", "setpriv", "mkfs.ext4");
            kubelet.unpublish(id, "traced");
            kubelet.unstage(id);
            kubelet.delete(id);
            kubelet.delete(warm);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"lvm", "direct"})
    void damage_and_loss_are_told_with_volume_and_range(String mode) {
        PmemNode.Running driver = node.driver(mode);
        String id = driver.kubelet().create("damaged", 64 * MIB, Requests.EXT4, Map.of());
        driver.kubelet().stage(id, Requests.EXT4);
        assertThat(health(driver, id)).isEmpty();
        damage(mode, id, driver.kubelet().staging(id));
        assertThat(health(driver, id)).singleElement().satisfies(entry -> {
            assertThat(entry.getStatus()).isEqualTo(VolumeHealthErrorType.DATA_LOSS);
            assertThat(entry.getReason()).isEqualTo("MediaError");
            assertThat(entry.getMessage()).contains(id, "4Ki from offset 8192");
        });
        driver.kubelet().unstage(id);
        driver.close();
        lose(mode, id);
        PmemNode.Running next = node.driver(mode);
        assertThat(health(next, id)).singleElement().satisfies(entry -> {
            assertThat(entry.getReason()).isEqualTo("DeviceLost");
            assertThat(entry.getMessage()).contains(id);
        });
        next.kubelet().delete(id);
        assertThat(next.csi().ids()).isEmpty();
        next.close();
    }

    /** Bad blocks belong to a namespace: the volume's own, or the one below its volume group. */
    private void damage(String mode, String id, Path staging) {
        String device = node.guest().sh("findmnt -no SOURCE " + staging);
        long sector = 16;
        if (mode.equals("lvm")) {
            String place = node.guest().sh("lvs --noheadings -o devices --select lv_name=" + id);
            device = place.substring(0, place.indexOf('('));
            // Extents of 4 MiB begin at 2 MiB.
            long extent = Long.parseLong(place.substring(place.indexOf('(') + 1, place.indexOf(')')));
            sector += 4096 + extent * 8192;
        }
        node.guest().sh("echo '" + sector + " 8' >/sys/block/" + Path.of(device).getFileName() + "/badblocks");
    }

    private void lose(String mode, String id) {
        node.guest()
                .sh(
                        mode.equals("lvm")
                                // Enabling the namespace anew also ends the damage.
                                ? "lvremove -q -f --select lv_name=" + id + " ndbus0region0fsdax && vgchange -q -an"
                                        + " ndbus0region0fsdax && n=$(basename $(dirname $(grep -l '^pmem-csi$'"
                                        + " /sys/bus/nd/devices/namespace*/alt_name))) && ndctl disable-namespace $n"
                                        + " && ndctl enable-namespace $n"
                                : "ndctl destroy-namespace -f $(basename $(dirname $(grep -l " + id
                                        + " /sys/bus/nd/devices/namespace*/alt_name)))");
    }

    private static List<VolumeHealth.VolumeHealthEntry> health(PmemNode.Running driver, String id) {
        var request =
                ControllerGetVolumeHealthRequest.newBuilder().setVolumeId(id).build();
        return driver.csi()
                .controller()
                .controllerGetVolumeHealth(request)
                .getVolumeHealth()
                .getHealthStatusesList();
    }

    @Test
    void xfs_below_its_minimum_is_refused_when_it_is_made() {
        try (PmemNode.Running driver = node.driver("direct")) {
            var refused = driver.process().tryVolumes("create small --fs xfs --size 200Mi");
            assertThat(refused.code()).isEqualTo(1);
            assertThat(refused.err()).contains("OUT_OF_RANGE").contains("300Mi");
            assertThat(driver.csi().ids()).isEmpty();
        }
    }
}
