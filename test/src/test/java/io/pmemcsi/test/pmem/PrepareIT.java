// SPDX-License-Identifier: Apache-2.0
package io.pmemcsi.test.pmem;

import static org.assertj.core.api.Assertions.assertThat;

import io.pmemcsi.test.vm.Guest;
import io.pmemcsi.test.vm.GuestDriver;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** {@code pmem-csi prepare} on every kind of memory that a node may have. */
@Tag(Guest.TAG)
@Tag(Guest.THOROUGH)
final class PrepareIT {
    private static final String PREPARE = GuestDriver.PMEM_CSI + " prepare ";

    private static Guest.Result prepare(Guest guest, String options) {
        return guest.run(PREPARE + options);
    }

    private static String groups(Guest guest) {
        return guest.sh("vgs --noheadings -o vg_name,pe_start,vg_size --units m")
                .replaceAll(" +", " ");
    }

    /** Three regions: one empty, one with somebody's namespace, one whose module has no labels. */
    @Test
    void takes_what_is_free_and_nothing_else() {
        try (Guest guest = Guest.start("--nvdimm", "1G", "--nvdimm", "1G", "--nvdimm", "1G")) {
            GuestDriver.install(guest);
            String before = guest.sh("ndctl list -NRi");
            Guest.Result bare = prepare(guest, "--dry-run");
            assertThat(bare.code()).as(bare.toString()).isEqualTo(1);
            assertThat(bare.out().lines().filter(line -> line.contains("--init-labels")))
                    .hasSize(3);
            guest.sh(
                    "for n in 0 1; do dimm=$(ndctl list -D -r region$n | sed -n 's/.*\"dev\":\"\\(nmem[0-9]*\\)\".*/\\1/p');"
                            + " ndctl disable-region region$n; ndctl init-labels $dimm; ndctl enable-region region$n; done");
            guest.sh("ndctl create-namespace -r region1 -m fsdax -M dev -n database"
                    + " && mkfs.ext4 -q $(ls /dev/pmem1*) && mount $(ls /dev/pmem1*) /mnt && echo precious >/mnt/file");
            String prepared = guest.sh("ndctl list -NRi");
            assertThat(prepared).isNotEqualTo(before);

            Guest.Result dry = prepare(guest, "--dry-run");
            assertThat(dry.code()).as(dry.toString()).isZero();
            assertThat(dry.out())
                    .contains("""
                            region0 of 1Gi:
                              would create a namespace 'pmem-csi' of 1Gi in region0 (fsdax, 2Mi pages)
                              would create the volume group ndbus0region0fsdax on the new namespace
                            """)
                    .contains("named 'database') is not the driver's, and /dev/pmem1 is in use: it is left alone");
            assertThat(guest.sh("ndctl list -NRi"))
                    .as("a dry run changes nothing")
                    .isEqualTo(prepared);
            assertThat(guest.sh("vgs")).isEmpty();

            guest.sh("umount /mnt");
            Guest.Result done = prepare(guest, "");
            assertThat(done.code()).as(done.toString()).isZero();
            assertThat(done.out()).contains("holds ext4: it is left alone").doesNotContain("would");
            assertThat(groups(guest)).startsWith("ndbus0region0fsdax 2.00m ").hasLineCount(1);
            guest.sh("mount $(ls /dev/pmem1*) /mnt && grep precious /mnt/file && umount /mnt");

            Guest.Result again = prepare(guest, "--dry-run -o json");
            assertThat(again.out()).doesNotContain("create").contains("is in the volume group ndbus0region0fsdax");
            Guest.Result labels = prepare(guest, "--init-labels");
            assertThat(labels.code()).as(labels.toString()).isZero();
            assertThat(groups(guest)).contains("ndbus0region0fsdax 2.00m ", "ndbus0region2fsdax 2.00m ");
        }
    }

    @Test
    void grows_when_space_is_added_and_finishes_what_was_interrupted() {
        try (Guest guest = Guest.start("--nvdimm", "1G", "--labels", "yes")) {
            GuestDriver.install(guest);
            Guest.Result half = prepare(guest, "--pmem-percentage 50");
            assertThat(half.code()).as(half.toString()).isZero();
            assertThat(guest.sh("pvs --noheadings -o pv_name")).hasLineCount(1);
            guest.sh("ndctl create-namespace -m fsdax -M dev -a 2M -s 256M -n pmem-csi");
            Guest.Result rest = prepare(guest, "");
            assertThat(rest.code()).as(rest.toString()).isZero();
            assertThat(guest.sh("pvs --noheadings -o pv_name,vg_name").lines())
                    .hasSize(3)
                    .allMatch(line -> line.contains("ndbus0region0fsdax"));
            assertThat(prepare(guest, "--dry-run").out()).doesNotContain("would");
            assertThat(prepare(guest, "--pmem-percentage 0").code()).isEqualTo(2);
        }
    }

    @Test
    void a_namespace_that_was_disabled_keeps_its_volumes() {
        try (Guest guest = Guest.start("--nvdimm", "1G", "--labels", "yes")) {
            GuestDriver.install(guest);
            assertThat(prepare(guest, "").code()).isZero();
            guest.sh("lvcreate -q -n data -L 64M $(vgs --noheadings -o vg_name) && mkfs.ext4 -q /dev/*fsdax/data"
                    + " && mount /dev/*fsdax/data /mnt && echo precious >/mnt/file && umount /mnt"
                    + " && vgchange -q -a n && ndctl disable-namespace namespace0.0");
            assertThat(prepare(guest, "--dry-run").out())
                    .contains("would enable namespace0.0")
                    .doesNotContain("destroy");
            Guest.Result enabled = prepare(guest, "");
            assertThat(enabled.code()).as(enabled.toString()).isZero();
            assertThat(guest.sh("vgchange -q -a y && mount /dev/*fsdax/data /mnt && cat /mnt/file && umount /mnt"))
                    .endsWith("precious");

            // A description that the kernel does not accept, and one without its signature: the namespace comes back as
            // bare memory.
            for (int place : new int[] {4200, 4096}) {
                guest.sh(
                        "vgchange -q -a n && ndctl disable-namespace namespace0.0 && echo 1 >/sys/bus/nd/devices/namespace0.0/force_raw"
                                + " && ndctl enable-namespace namespace0.0 && printf x | dd of=/dev/pmem0 bs=1 seek="
                                + place
                                + " conv=notrunc status=none"
                                + " && ndctl disable-namespace namespace0.0 && echo 0 >/sys/bus/nd/devices/namespace0.0/force_raw");
                Guest.Result damaged = prepare(guest, "");
                assertThat(damaged.code()).as(damaged.toString()).isEqualTo(1);
                assertThat(damaged.out()).contains("refused", "left alone");
                assertThat(guest.sh("ndctl list -Ni")).contains("namespace0.0", "pmem-csi");
            }
            assertThat(prepare(guest, "--best-effort").code()).isZero();
        }
    }

    @Test
    void a_device_that_cannot_be_opened_does_not_keep_the_other_regions_waiting() {
        try (Guest guest = Guest.start("--nvdimm", "512M", "--nvdimm", "512M", "--labels", "yes")) {
            GuestDriver.install(guest);
            guest.sh("ndctl create-namespace -r region1 -m fsdax -M dev -a 2M -n pmem-csi && rm /dev/pmem1");
            Guest.Result done = prepare(guest, "");
            assertThat(done.code()).as(done.toString()).isZero();
            assertThat(done.out())
                    .contains("refused: namespace1.0: /dev/pmem1 holds what cannot be read (open(/dev/pmem1)");
            assertThat(groups(guest)).startsWith("ndbus0region0fsdax 2.00m ").hasLineCount(1);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"virtio-pmem", "e820"})
    void memory_without_labels_becomes_one_group(String kind) {
        try (Guest guest = Guest.start("--kind", kind, "--nvdimm", "512M")) {
            GuestDriver.install(guest);
            assertThat(prepare(guest, "--dry-run").out())
                    .contains("would create the volume group ndbus")
                    .contains("on /dev/pmem0");
            assertThat(guest.sh("vgs")).isEmpty();
            Guest.Result done = prepare(guest, "");
            assertThat(done.code()).as(done.toString()).isZero();
            assertThat(groups(guest)).contains("region0fsdax 2.00m ").hasLineCount(1);
            guest.sh(
                    "vgremove -q -f $(vgs --noheadings -o vg_name) && pvremove -q /dev/pmem0 && mkfs.xfs -q /dev/pmem0");
            Guest.Result refused = prepare(guest, "");
            assertThat(refused.code()).as(refused.toString()).isEqualTo(1);
            assertThat(refused.out()).contains("refused: namespace").contains("holds xfs");
        }
    }
}
