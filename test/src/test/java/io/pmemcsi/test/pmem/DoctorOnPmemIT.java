// SPDX-License-Identifier: Apache-2.0
package io.pmemcsi.test.pmem;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import io.pmemcsi.test.vm.Guest;
import io.pmemcsi.test.vm.GuestDriver;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestMethodOrder;

/**
 * {@code pmem-csi doctor} recognises each fault of persistent memory, and its cure cures it. One machine for all, because a
 * boot takes longer than a test: each test begins where the one before has ended.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
@Tag(Guest.TAG)
final class DoctorOnPmemIT {
    private static final List<String> REGIONS = List.of("region0", "region1", "region2");
    private static final String PATH = "PATH=/opt/pmem-csi/bin:$PATH; ";

    /** What a look must not change: the memory, files, modules of the kernel and what device-mapper has. */
    private static final String STATE =
            "ndctl list -NRDi; find /run /tmp /dev /etc /var -xdev -not -path '*/hsperfdata*'"
                    + " | sort; ls /sys/module /sys/block";

    private final Guest guest = Guest.start("--nvdimm", "512M", "--nvdimm", "512M", "--nvdimm", "512M");

    /** What the doctor has said of all it has looked at. */
    private record Report(JsonObject json) {
        private JsonObject check(String name) {
            return json.getAsJsonArray("checks").asList().stream()
                    .map(JsonElement::getAsJsonObject)
                    .filter(check -> check.get("name").getAsString().equals(name))
                    .findFirst()
                    .orElseThrow(() -> new AssertionError("nothing is said of " + name + ": " + json));
        }

        String finding(String name) {
            return check(name).get("verdict").getAsString() + ": "
                    + check(name).get("finding").getAsString();
        }

        String cure(String name) {
            return check(name).get("cure").getAsString();
        }

        /** The command in a cure that is introduced by a text. */
        String command(String name, String introduction) {
            String cure = cure(name);
            assertThat(cure).contains(introduction);
            return cure.substring(cure.indexOf(introduction) + introduction.length());
        }
    }

    @BeforeAll
    void install() {
        GuestDriver.install(guest);
    }

    @AfterAll
    void remove() {
        guest.close();
    }

    private Report doctor(String mode, int code) {
        return doctor("", mode, code);
    }

    /** After a line of shell in a mount namespace of its own. */
    private Report doctor(String before, String mode, int code) {
        Guest.Result result = guest.run("unshare --mount sh -c '" + before + GuestDriver.PMEM_CSI
                + " doctor --device-mode " + mode + " -o json'");
        assertThat(result.err()).isEmpty();
        assertThat(result.code()).as(result.out()).isEqualTo(code);
        return new Report(JsonParser.parseString(result.out()).getAsJsonObject());
    }

    @Test
    @Order(1)
    void memory_without_labels() {
        String before = guest.sh(STATE);
        Report lvm = doctor("lvm", 1);
        Report direct = doctor("direct", 1);
        assertThat(guest.sh(STATE)).as("a look changes nothing").isEqualTo(before);
        for (String region : REGIONS) {
            assertThat(lvm.finding(region)).startsWith("PROBLEM: 512Mi, no labels: its modules have no labels");
            assertThat(lvm.cure(region)).startsWith("'pmem-csi prepare --init-labels'");
            assertThat(direct.finding(region)).contains("PROBLEM: ", "labels that are not initialised");
            guest.sh(direct.command(region, "run '").replaceFirst("'.*", ""));
        }
        assertThat(lvm.finding("persistent memory")).startsWith("PROBLEM: 3 regions of 1536Mi, of which");
        assertThat(lvm.finding("kernel options")).startsWith("NOTE: not known");
    }

    /** Region 0 gets a group as pvcreate makes it by itself, region 1 what others make, and region 2 is out of use. */
    @Test
    @Order(2)
    void memory_that_others_have_divided() {
        guest.sh("ndctl create-namespace -r region0 -m fsdax -n pmem-csi -s 256M"
                + " && vgcreate -q ndbus0region0fsdax $(ls /dev/pmem0*) && vgs --noheadings | grep region0"
                + " && for mode in fsdax sector devdax; do ndctl create-namespace -r region1 -m $mode -n $mode -s 64M; done"
                + " && ndctl create-namespace -r region1 -m raw -s 64M"
                + " && ndctl create-namespace -r region1 -m devdax -n pmem-csi -s 64M"
                + " && mkfs.ext4 -q $(ls /dev/pmem1* | head -n 1) && ndctl disable-region region2"
                + " && echo 'devices { global_filter = [ \"r|pmem|\" ] }' >>/etc/lvm/lvm.conf && test -z \"$(vgs)\"");
        Report direct = doctor("direct", 0);
        assertThat(direct.finding("namespace0.0")).startsWith("NOTE: ").contains("is no volume, but named 'pmem-csi'");

        Report report = doctor("lvm", 1);
        assertThat(report.finding("volume group ndbus0region0fsdax"))
                .startsWith("NOTE: ")
                .contains("do not begin at multiples of 2 MiB");
        assertThat(report.finding(namespace("fsdax"))).contains("NOTE: ", "is not the driver's, and", "holds ext4");
        assertThat(report.finding(namespace("sector"))).contains("NOTE: ", "(sector, named 'sector') is not");
        assertThat(report.finding(namespace("devdax"))).contains("NOTE: ", "(devdax, named 'devdax') is not");
        assertThat(report.finding("region2")).contains("NOTE: 512Mi, ", ": the region is disabled");
        assertThat(report.finding("node's LVM"))
                .contains("NOTE: global_filter in /etc/lvm/lvm.conf rejects /dev/pmem0");
        String raw = named("raw", "");
        assertThat(report.finding(raw)).contains("NOTE: ", "of 64Mi is raw");
        assertThat(report.cure(raw)).startsWith("'pmem-csi prepare --convert-raw'");
        String own = named("devdax", "pmem-csi");
        assertThat(report.finding(own)).contains("PROBLEM: ", "has the driver's name, but is of mode devdax");

        guest.sh("sed -i '$d' /etc/lvm/lvm.conf && " + report.command("region2", "with: "));
        for (String object : List.of(own, namespace("sector"), namespace("devdax"))) {
            guest.sh(report.command(object, "which is lost then: "));
        }
        guest.sh(PATH + report.command("volume group ndbus0region0fsdax", "anew: ")
                + " && pmem-csi prepare --convert-raw");
        Report cured = doctor("lvm", 0);
        assertThat(REGIONS.stream().map(cured::finding)).allMatch(text -> text.startsWith("OK: "));
        assertThat(cured.finding("volume group ndbus0region0fsdax")).startsWith("OK: ");
        assertThat(cured.finding("node's LVM")).startsWith("OK: ");
        assertThat(cured.finding("prepare")).isEqualTo("OK: nothing to do");
    }

    /** The name of the namespace with this label and mode. */
    private String namespace(String mode) {
        return named(mode, mode);
    }

    private String named(String mode, String label) {
        String list = guest.sh("ndctl list -Ni");
        return JsonParser.parseString(list).getAsJsonArray().asList().stream()
                .map(JsonElement::getAsJsonObject)
                .filter(namespace -> namespace.get("mode").getAsString().equals(mode))
                .filter(namespace -> namespace.get("size").getAsLong() > 0)
                .filter(namespace -> text(namespace, "name").equals(label))
                .map(namespace -> text(namespace, "dev"))
                .findFirst()
                .orElseThrow(() -> new AssertionError("no namespace " + mode + " '" + label + "' in " + list));
    }

    private static String text(JsonObject object, String field) {
        return object.has(field) ? object.get(field).getAsString() : "";
    }

    /** Region 0 has two pieces since the test before. */
    @Test
    @Order(3)
    void volume_groups_that_are_not_whole_or_not_memory() {
        guest.sh("ndctl disable-namespace namespace0.0 && echo 1 >/sys/bus/nd/devices/region2/read_only"
                + " && ndctl destroy-namespace --force " + namespace("fsdax")
                + " && ndctl create-namespace -r region1 -m raw -n pmem-csi -s 64M");
        String raw = named("raw", "pmem-csi");
        guest.sh("vgextend -q ndbus0region1fsdax /dev/$(ndctl list -n " + raw
                + " | sed -n 's/.*\"blockdev\":\"\\([^\"]*\\)\".*/\\1/p')");
        Report report = doctor("lvm", 1);
        assertThat(report.finding("namespace0.0")).contains("PROBLEM: ", "disabled");
        assertThat(report.finding("volume group ndbus0region0fsdax"))
                .contains("PROBLEM: ", "1 of its physical volumes missing");
        assertThat(report.finding("region2")).contains("PROBLEM: ", "the region is read-only");
        assertThat(report.finding("volume group ndbus0region1fsdax")).contains("PROBLEM: ", "no DAX on /dev/pmem1");
        assertThat(report.finding(raw)).contains("PROBLEM: ", "is not the fsdax that the driver makes");

        guest.sh(report.command("namespace0.0", "with: ") + " && " + report.command("region2", "with: "));
        Report cured = doctor("lvm", 1);
        assertThat(Stream.of("namespace0.0", "volume group ndbus0region0fsdax", "region2")
                        .map(cured::finding))
                .allMatch(text -> text.startsWith("OK: "));
    }

    @Test
    @Order(4)
    void a_kernel_without_what_it_needs() {
        // A module that was just in use is so for a moment more. The machine's image has nothing in /boot.
        guest.sh("timeout 60 sh -c 'until modprobe -r nd_pmem dm_mod; do sleep 0.1; done' && mkdir -p /boot"
                + " && for option in LIBNVDIMM BLK_DEV_PMEM NVDIMM_PFN BLK_DEV_DM TRANSPARENT_HUGEPAGE;"
                + " do echo CONFIG_$option=y; done >/boot/config-$(uname -r)");
        Report report = doctor("lvm", 1);
        assertThat(report.finding("kernel options")).isEqualTo("PROBLEM: this kernel was built without CONFIG_FS_DAX");
        assertThat(report.finding("kernel drivers")).startsWith("PROBLEM: nd_pmem not loaded");
        assertThat(report.finding("device-mapper")).startsWith("PROBLEM: /dev/mapper/control is missing");
        guest.sh("test ! -e /sys/module/dm_mod && echo CONFIG_FS_DAX=y >>/boot/config-$(uname -r) && "
                + report.command("kernel drivers", "").replaceFirst(";.*", "") + " && "
                + report.command("device-mapper", "").replaceFirst(";.*", "")
                + " && until ls /dev/pmem0 /dev/pmem1 /dev/pmem2; do sleep 0.1; done");
        String hidden = "mount --bind /dev/null /usr/lib/x86_64-linux-gnu/liblvm2cmd.so.2.03; ";
        Report cured = doctor(hidden, "lvm", 1);
        assertThat(cured.finding("kernel drivers")).startsWith("OK: ");
        assertThat(cured.finding("device-mapper")).startsWith("OK: ");
        assertThat(cured.finding("kernel options")).startsWith("OK: ");
        assertThat(cured.finding("liblvm2cmd")).contains("PROBLEM: liblvm2cmd.so.2.03 cannot be loaded");
        assertThat(cured.cure("liblvm2cmd")).isEqualTo("apt-get install liblvm2cmd2.03");
        assertThat(cured.finding("region0")).startsWith("OK: ");
    }

    @Test
    @Order(5)
    void a_node_without_libndctl_in_a_container_that_may_not_write_sysfs() {
        Report report = doctor(
                "mount --bind /dev/null $(readlink -f /usr/lib/x86_64-linux-gnu/libndctl.so.6);"
                        + " mount -o remount,bind,ro /sys; ",
                "direct",
                1);
        assertThat(report.finding("libndctl")).contains("PROBLEM: libndctl.so.6 cannot be loaded");
        assertThat(report.finding("sysfs")).startsWith("PROBLEM: /sys is mounted read-only");
        assertThat(report.finding("persistent memory")).isEqualTo("NOTE: not known");
    }
}
