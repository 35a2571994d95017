// SPDX-License-Identifier: Apache-2.0
package io.pmemcsi.driver.doctor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import io.pmemcsi.driver.device.Remark;
import io.pmemcsi.driver.doctor.PmemFacts.BlockDevice;
import io.pmemcsi.driver.doctor.PmemFacts.Group;
import io.pmemcsi.driver.doctor.PmemFacts.Namespace;
import io.pmemcsi.driver.doctor.PmemFacts.Part;
import io.pmemcsi.driver.doctor.PmemFacts.Region;
import io.pmemcsi.driver.doctor.PmemFacts.Silence;
import io.pmemcsi.driver.domain.ByteSize;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

final class PmemChecksTest {
    private static final ByteSize GIB = ByteSize.mebibytes(1024);
    private static final ByteSize EXTENT = ByteSize.mebibytes(4);
    private static final ByteSize FIRST = ByteSize.mebibytes(2);
    private static final String GROUP = "ndbus0region0fsdax";
    private static final Remark DISABLED =
            new Remark("region0", "the region is disabled", "enable it with: ndctl enable-region region0");

    private static FactsBuilder lvm(PmemFacts memory) {
        return new FactsBuilder().mode("lvm").memory(memory);
    }

    private static FactsBuilder direct(PmemFacts memory) {
        return new FactsBuilder().mode("direct").memory(memory);
    }

    private static BlockDevice block(boolean dax, long start) {
        return new BlockDevice(Path.of("/dev/pmem0"), Optional.of(dax), OptionalLong.of(start));
    }

    private static Namespace namespace(boolean own, boolean enabled, BlockDevice block) {
        return new Namespace("namespace0.0", "region0", "n", "fsdax", GIB, own, enabled, Optional.of(block));
    }

    private static Group group(int missing, ByteSize extent, ByteSize firstExtent, BlockDevice block) {
        return new Group(GROUP, GIB, GIB, extent, missing, List.of(new Part(block, firstExtent)));
    }

    private static PmemFacts of(
            boolean usable, List<Namespace> namespaces, List<Group> groups, List<Remark> obstacles, String... steps) {
        return new PmemFacts(
                List.of(),
                List.of(new Region("region0", GIB, GIB, true)),
                namespaces,
                groups,
                usable,
                obstacles,
                List.of(new Remark("namespace0.0", "worth knowing")),
                List.of(steps));
    }

    private static PmemFacts prepared(Group group) {
        return of(true, List.of(namespace(true, true, block(true, 0))), List.of(group), List.of());
    }

    private static PmemFacts silent(List<Region> regions) {
        return new PmemFacts(
                List.of(new Silence("libndctl", "gone", "apt-get install libndctl6")),
                regions,
                List.of(),
                List.of(),
                false,
                List.of(),
                List.of(),
                List.of());
    }

    @Test
    void a_prepared_node_has_no_fault() {
        List<Diagnosis> checks = Examination.of(
                lvm(prepared(group(0, EXTENT, FIRST, block(true, 4096L << 20)))).build());
        assertThat(checks).extracting(Diagnosis::verdict).containsOnly(Verdict.OK);
        assertThat(checks).extracting(Diagnosis::name).doesNotHaveDuplicates();
        assertThat(checks)
                .contains(
                        Diagnosis.ok("persistent memory", "1 region of 1Gi"),
                        Diagnosis.ok("region0", "1Gi, 1Gi free for new namespaces"),
                        Diagnosis.ok(
                                "namespace0.0", "fsdax of 1Gi, named 'n', /dev/pmem0, the driver's; worth knowing"),
                        Diagnosis.ok("volume group " + GROUP, "1Gi, 1Gi free, on /dev/pmem0"),
                        Diagnosis.ok("prepare", "nothing to do"));
    }

    @Test
    void direct_mode_needs_no_lvm() {
        List<Diagnosis> checks =
                Examination.of(direct(of(true, List.of(namespace(true, true, block(true, 0))), List.of(), List.of()))
                        .withoutDeviceMapper()
                        .withoutOption("CONFIG_BLK_DEV_DM")
                        .build());
        assertThat(checks).extracting(Diagnosis::verdict).containsOnly(Verdict.OK);
        assertThat(checks).extracting(Diagnosis::name).doesNotContain("prepare");
    }

    @ParameterizedTest(name = "{1}: {2} {3}")
    @MethodSource({"nodes", "objects", "groups", "kernels", "configurations"})
    void judges(FactsBuilder node, String name, Verdict verdict, String finding, String cure) {
        assertThat(Examination.of(node.build()))
                .filteredOn(check -> check.name().equals(name))
                .singleElement()
                .satisfies(check -> {
                    assertThat(check.verdict()).isEqualTo(verdict);
                    assertThat(check.finding()).contains(finding);
                    assertThat(check.cure()).contains(cure);
                });
    }

    static Stream<Arguments> nodes() {
        String name = "persistent memory";
        PmemFacts obstructed = of(false, List.of(), List.of(), List.of(DISABLED));
        PmemFacts full = of(false, List.of(), List.of(), List.of());
        PmemFacts fresh = of(false, List.of(), List.of(), List.of(), "create a namespace", "create a group");
        Group halved = group(1, EXTENT, FIRST, block(true, 0));
        PmemFacts torn = of(false, List.of(), List.of(halved), List.of(), "enable namespace0.1");
        FactsBuilder noBus = lvm(PmemFacts.NONE).regions(Optional.empty());
        return Stream.of(
                arguments(lvm(PmemFacts.NONE), name, Verdict.PROBLEM, "no persistent memory", "firmware"),
                arguments(noBus, name, Verdict.PROBLEM, "no /sys/bus/nd", "modprobe libnvdimm"),
                arguments(lvm(silent(List.of())), name, Verdict.NOTE, "not known", ""),
                arguments(lvm(silent(full.regions())), name, Verdict.NOTE, "1Gi; what the driver can use", ""),
                arguments(lvm(silent(List.of())), "libndctl", Verdict.PROBLEM, "gone", "apt-get install libndctl6"),
                arguments(lvm(fresh), name, Verdict.PROBLEM, "no volume group of the driver yet", "pmem-csi prepare"),
                arguments(lvm(fresh), "prepare", Verdict.NOTE, "would create a namespace, create a group", "--dry-run"),
                arguments(
                        lvm(torn), name, Verdict.PROBLEM, "no volume group of the driver that is complete", "prepare"),
                arguments(lvm(full), name, Verdict.PROBLEM, "can use nothing", "add memory"),
                arguments(direct(obstructed), name, Verdict.PROBLEM, "can use nothing", "see what is said of region0"));
    }

    static Stream<Arguments> objects() {
        Namespace own = namespace(true, true, block(true, 0));
        Namespace disabled = namespace(true, false, block(true, 0));
        PmemFacts named = of(
                true,
                List.of(own),
                List.of(),
                List.of(new Remark("namespace0.0", "namespace0.0 of 1Gi is raw", "pmem-csi prepare --convert-raw")));
        PmemFacts readOnly =
                of(true, List.of(own), List.of(), List.of(new Remark("region0", "the region is read-only", "echo 0")));
        Remark lost = new Remark("namespace0.0", "lost", "ndctl destroy-namespace");
        PmemFacts obstructed = of(false, List.of(), List.of(), List.of(DISABLED));
        PmemFacts partly =
                of(true, List.of(namespace(false, true, block(true, 0))), List.of(), List.of(DISABLED, lost));
        PmemFacts unprepared = of(false, List.of(), List.of(), List.of(DISABLED), "create");
        PmemFacts broken = of(true, List.of(own), List.of(), List.of(lost));
        PmemFacts slow = of(true, List.of(namespace(true, true, block(true, 4096))), List.of(), List.of());
        PmemFacts noDax = of(true, List.of(namespace(true, true, block(false, 0))), List.of(), List.of());
        PmemFacts off = of(true, List.of(disabled), List.of(), List.of());
        String name = "namespace0.0";
        return Stream.of(
                arguments(lvm(obstructed), "region0", Verdict.PROBLEM, "is disabled", "ndctl enable-region region0"),
                arguments(lvm(partly), "region0", Verdict.NOTE, "1Gi free for new namespaces: the region is", "ndctl"),
                arguments(lvm(unprepared), "region0", Verdict.NOTE, "is disabled", "ndctl enable-region region0"),
                arguments(lvm(readOnly), "region0", Verdict.PROBLEM, "is read-only", "echo 0"),
                arguments(lvm(named), name, Verdict.PROBLEM, "of 1Gi is raw", "--convert-raw"),
                arguments(lvm(partly), name, Verdict.NOTE, "'n', /dev/pmem0: lost", "destroy"),
                arguments(lvm(broken), name, Verdict.PROBLEM, "the driver's: lost", "destroy"),
                arguments(lvm(off), name, Verdict.PROBLEM, "disabled", "ndctl enable-namespace namespace0.0"),
                arguments(direct(off), name, Verdict.OK, "disabled", ""),
                arguments(direct(noDax), name, Verdict.PROBLEM, "without DAX", "/sys/block/pmem0/queue/dax"),
                arguments(direct(slow), name, Verdict.NOTE, "no multiple of 2 MiB", "firmware"));
    }

    static Stream<Arguments> groups() {
        String name = "volume group " + GROUP;
        BlockDevice good = block(true, 0);
        ByteSize odd = ByteSize.mebibytes(1);
        String anew = "vgremove " + GROUP + " && pvremove /dev/pmem0 && pmem-csi prepare";
        return Stream.of(
                arguments(
                        lvm(prepared(group(1, EXTENT, FIRST, good))), name, Verdict.PROBLEM, "1 of its", "ndctl list"),
                arguments(
                        lvm(prepared(group(0, EXTENT, FIRST, block(false, 0)))),
                        name,
                        Verdict.PROBLEM,
                        "no DAX on /dev/pmem0",
                        anew),
                arguments(
                        lvm(prepared(group(0, EXTENT, odd, good))), name, Verdict.NOTE, "extents on /dev/pmem0", anew),
                arguments(lvm(prepared(group(0, odd, FIRST, good))), name, Verdict.NOTE, "4 KiB only", anew),
                arguments(
                        lvm(prepared(group(0, EXTENT, FIRST, block(true, 1 << 20)))),
                        name,
                        Verdict.NOTE,
                        "multiples of 2 MiB",
                        anew));
    }

    static Stream<Arguments> kernels() {
        PmemFacts good = prepared(group(0, EXTENT, FIRST, block(true, 0)));
        String drivers = "kernel drivers";
        String options = "kernel options";
        return Stream.of(
                arguments(lvm(good).drivers("nd_region"), drivers, Verdict.PROBLEM, "nd_pmem", "--all nd_pmem;"),
                arguments(lvm(good).drivers(), drivers, Verdict.PROBLEM, "no devices", "--all nd_region nd_pmem;"),
                arguments(lvm(PmemFacts.NONE).drivers(), drivers, Verdict.OK, "nothing to drive", ""),
                arguments(lvm(good).withoutOptions(), options, Verdict.NOTE, "not known", "/boot/config-6.1.0-18"),
                arguments(
                        lvm(good).withoutOption("CONFIG_FS_DAX"),
                        options,
                        Verdict.PROBLEM,
                        "without CONFIG_FS_DAX",
                        "boot a kernel that has CONFIG_FS_DAX"),
                arguments(
                        lvm(good).withoutOption("CONFIG_BLK_DEV_DM"),
                        options,
                        Verdict.PROBLEM,
                        "CONFIG_BLK_DEV_DM",
                        "boot"),
                arguments(direct(good).withoutOption("CONFIG_BTT"), options, Verdict.PROBLEM, "without CONFIG_BTT", ""),
                arguments(
                        lvm(good).withoutOption("CONFIG_TRANSPARENT_HUGEPAGE"),
                        options,
                        Verdict.NOTE,
                        "4 KiB only",
                        "boot"),
                arguments(lvm(good).withoutDeviceMapper(), "device-mapper", Verdict.PROBLEM, "missing", "dm_mod"));
    }

    private static FactsBuilder filtered(PmemFacts memory) {
        return lvm(memory).nodeLvm("devices { global_filter = [ \"r|pmem|\" ] }", Optional.empty());
    }

    static Stream<Arguments> configurations() {
        PmemFacts good = prepared(group(0, EXTENT, FIRST, block(true, 0)));
        String name = "node's LVM";
        FactsBuilder unlisted = lvm(good).nodeLvm("", Optional.of("IDTYPE=x IDNAME=y DEVNAME=/dev/sda PVID=z"));
        return Stream.of(
                arguments(filtered(good).inCluster(), name, Verdict.OK, "not seen from a container", ""),
                arguments(
                        filtered(good),
                        name,
                        Verdict.NOTE,
                        "global_filter in /etc/lvm/lvm.conf rejects",
                        "a|^/dev/pmem|"),
                arguments(unlisted, name, Verdict.NOTE, "does not list /dev/pmem0", "lvmdevices --adddev /dev/pmem0"),
                arguments(lvm(good).sysReadOnly(), "sysfs", Verdict.NOTE, "prepare", "remount,rw /sys"),
                arguments(direct(good).sysReadOnly(), "sysfs", Verdict.PROBLEM, "neither made", "privileged"));
    }
}
