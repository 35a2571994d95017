// SPDX-License-Identifier: Apache-2.0
package io.pmemcsi.driver.device.lvm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.pmemcsi.bindings.lvm.PhysicalVolumeInfo;
import io.pmemcsi.bindings.lvm.VolumeGroupInfo;
import io.pmemcsi.bindings.ndctl.Dimm;
import io.pmemcsi.bindings.ndctl.Namespace;
import io.pmemcsi.bindings.ndctl.NamespaceMode;
import io.pmemcsi.bindings.ndctl.PersistenceDomain;
import io.pmemcsi.bindings.ndctl.Region;
import io.pmemcsi.driver.device.Remark;
import io.pmemcsi.driver.domain.ByteSize;
import io.pmemcsi.driver.domain.VolumeId;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

final class PlannerTest {
    private static final long GIB = 1L << 30;
    private static final Path DEVICE = Path.of("/dev/pmem0");
    private static final String GROUP = "ndbus0region0fsdax";
    private static final PrepareOptions DEFAULTS = new PrepareOptions(100, false, false);
    private static final PrepareOptions ALL = new PrepareOptions(100, true, true);

    private static Region region(boolean labelled, long available, boolean enabled, boolean readOnly) {
        return new Region(
                "region0",
                "ndbus0",
                "ACPI.NFIT",
                "pmem",
                4 * GIB,
                available,
                available,
                16L << 20,
                1,
                0,
                PersistenceDomain.UNKNOWN,
                readOnly,
                enabled,
                labelled,
                List.of("nmem0"));
    }

    private static Region labelled(long available) {
        return region(true, available, true, false);
    }

    private static Region unlabelled() {
        return region(false, 0, true, false);
    }

    private static Namespace namespace(String name, NamespaceMode mode, boolean enabled) {
        return new Namespace(
                "namespace0.0",
                "region0",
                name,
                new UUID(1, 2),
                mode,
                false,
                2 * GIB,
                2 * GIB,
                0,
                enabled ? Optional.of(DEVICE) : Optional.empty(),
                enabled,
                true);
    }

    private static Survey survey(Region region, Namespace... namespaces) {
        Dimm dimm = new Dimm("nmem0", "ndbus0", "", true, true, false, Optional.empty());
        return new Survey(
                List.of(region), List.of(dimm), List.of(namespaces), List.of(), List.of(), Map.of(), Set.of());
    }

    private static Survey withoutLabelSpace(Survey survey) {
        return new Survey(
                survey.regions(),
                List.of(),
                survey.namespaces(),
                List.of(),
                List.of(),
                survey.contents(),
                survey.held());
    }

    private static Survey holding(Survey survey, String content) {
        return new Survey(
                survey.regions(),
                survey.dimms(),
                survey.namespaces(),
                survey.physicalVolumes(),
                survey.groups(),
                Map.of(DEVICE, content),
                survey.held());
    }

    private static Survey held(Survey survey) {
        return new Survey(
                survey.regions(),
                survey.dimms(),
                survey.namespaces(),
                survey.physicalVolumes(),
                survey.groups(),
                survey.contents(),
                Set.of(DEVICE));
    }

    private static Survey inGroup(Survey survey, String group) {
        return new Survey(
                survey.regions(),
                survey.dimms(),
                survey.namespaces(),
                List.of(new PhysicalVolumeInfo(DEVICE, "pv", group, 2 * GIB, 2 << 20)),
                group.isEmpty()
                        ? List.of()
                        : List.of(new VolumeGroupInfo(group, "vg", 2 * GIB, 2 * GIB, 4 << 20, 0, Set.of())),
                Map.of(DEVICE, "LVM2_member"),
                Set.of(DEVICE));
    }

    private static RegionPlan plan(Survey survey, PrepareOptions options) {
        return Planner.plan(survey, options).getFirst();
    }

    private static Step create(long bytes) {
        return new Step.CreateNamespace("region0", ByteSize.of(bytes));
    }

    private static Step add(boolean exists, Optional<Path> device) {
        return new Step.AddToGroup(GROUP, exists, device);
    }

    @Test
    void an_empty_region_becomes_one_namespace_and_a_group() {
        RegionPlan plan = plan(survey(labelled(4 * GIB)), DEFAULTS);
        assertThat(plan.steps()).containsExactly(create(4 * GIB), add(false, Optional.empty()));
        assertThat(plan.refused()).isEmpty();
    }

    @Test
    void a_percentage_is_of_the_whole_region_and_counts_what_is_there() {
        PrepareOptions sixty = new PrepareOptions(60, false, false);
        long wanted = 4 * GIB * 60 / 100;
        assertThat(plan(survey(labelled(4 * GIB)), sixty).steps())
                .first()
                .isEqualTo(create(wanted - wanted % (16L << 20)));
        Survey half = inGroup(survey(labelled(2 * GIB), namespace("pmem-csi", NamespaceMode.FSDAX, true)), GROUP);
        long rest = wanted - 2 * GIB;
        assertThat(plan(half, sixty).steps())
                .containsExactly(create(rest - rest % (16L << 20)), add(true, Optional.empty()));
        assertThat(plan(half, new PrepareOptions(50, false, false)).steps()).isEmpty();
    }

    @Test
    void a_prepared_region_needs_nothing() {
        Survey done = inGroup(survey(labelled(0), namespace("pmem-csi", NamespaceMode.FSDAX, true)), GROUP);
        RegionPlan plan = plan(done, ALL);
        assertThat(plan.steps()).isEmpty();
        assertThat(plan.refused()).isEmpty();
        assertThat(plan.notes())
                .extracting(Remark::toString)
                .containsExactly("/dev/pmem0 is in the volume group " + GROUP);
    }

    @Test
    void an_interrupted_preparation_is_finished() {
        Survey namespaceOnly = survey(labelled(0), namespace("pmem-csi", NamespaceMode.FSDAX, true));
        assertThat(plan(namespaceOnly, DEFAULTS).steps()).containsExactly(add(false, Optional.of(DEVICE)));
        Survey physicalVolumeOnly = inGroup(namespaceOnly, "");
        assertThat(plan(physicalVolumeOnly, DEFAULTS).steps()).containsExactly(add(false, Optional.of(DEVICE)));
        Survey halfMade = survey(labelled(2 * GIB), namespace("pmem-csi", NamespaceMode.RAW, true));
        assertThat(plan(halfMade, DEFAULTS).steps()).first().isInstanceOf(Step.DestroyNamespace.class);
    }

    @ParameterizedTest
    @EnumSource
    void a_namespace_that_is_out_of_use_shows_nothing_and_is_enabled_first(NamespaceMode mode) {
        Survey disabled = survey(labelled(0), namespace("pmem-csi", mode, false));
        assertThat(plan(disabled, ALL).steps()).containsExactly(new Step.EnableNamespace("namespace0.0"));
        Survey foreign = survey(labelled(0), namespace("", mode, false));
        assertThat(plan(foreign, ALL).steps()).isEmpty();
        Survey withoutLabels = survey(unlabelled(), namespace("", mode, false));
        assertThat(plan(withoutLabels, ALL).steps()).isEmpty();
        assertThat(plan(withoutLabels, ALL).refused())
                .singleElement()
                .asString()
                .contains("namespace0.0 is disabled");
    }

    @Test
    void a_namespace_of_ours_is_destroyed_only_when_nothing_is_on_it() {
        Survey rejected = holding(
                survey(labelled(0), namespace("pmem-csi", NamespaceMode.RAW, true)),
                "a namespace of mode fsdax that the kernel does not accept");
        assertThat(plan(rejected, ALL).steps()).isEmpty();
        assertThat(plan(rejected, ALL).refused())
                .singleElement()
                .asString()
                .contains("that the kernel does not accept", "ndctl destroy-namespace");
        for (NamespaceMode mode : List.of(NamespaceMode.SECTOR, NamespaceMode.DEVDAX)) {
            Survey other = survey(labelled(0), namespace("pmem-csi", mode, true));
            assertThat(plan(other, ALL).steps()).as(mode.name()).isEmpty();
            assertThat(plan(other, ALL).refused()).singleElement().asString().contains("left alone");
        }
    }

    private static Region second(boolean enabled, boolean labelled) {
        return new Region(
                "region1",
                "ndbus0",
                "ACPI.NFIT",
                "pmem",
                4 * GIB,
                0,
                0,
                16L << 20,
                1,
                0,
                PersistenceDomain.UNKNOWN,
                false,
                enabled,
                labelled,
                List.of("nmem0"));
    }

    /** The refusals of a region without labels and with nothing on it, beside another one on the same module. */
    private static List<String> refusedBeside(Region second, Namespace... on) {
        Survey one = survey(unlabelled(), namespace("", NamespaceMode.RAW, true));
        List<Namespace> namespaces = new ArrayList<>(one.namespaces());
        namespaces.addAll(List.of(on));
        Survey both = new Survey(
                List.of(unlabelled(), second), one.dimms(), namespaces, List.of(), List.of(), Map.of(), Set.of());
        RegionPlan plan = plan(both, ALL);
        assertThat(plan.steps().isEmpty()).isNotEqualTo(plan.refused().isEmpty());
        return plan.refused().stream().map(Remark::toString).toList();
    }

    private static Namespace onSecond(NamespaceMode mode, Optional<Path> device) {
        return new Namespace(
                "namespace1.0", "region1", "", new UUID(1, 3), mode, false, 2 * GIB, 2 * GIB, 0, device, true, false);
    }

    @Test
    void labels_are_not_made_while_another_region_on_the_same_module_holds_something() {
        assertThat(refusedBeside(second(true, false), onSecond(NamespaceMode.DEVDAX, Optional.empty())))
                .containsExactly("no labels are made, because namespace1.0 is of mode devdax");
        Optional<Path> device = Optional.of(Path.of("/dev/pmem1"));
        assertThat(refusedBeside(second(true, false), onSecond(NamespaceMode.UNKNOWN, device)))
                .containsExactly("no labels are made, because namespace1.0 is of mode unknown");
        assertThat(refusedBeside(second(true, true), onSecond(NamespaceMode.RAW, device)))
                .containsExactly("no labels are made, because namespace1.0 of region1 has a label on the same modules");
        assertThat(refusedBeside(second(false, false)))
                .singleElement()
                .asString()
                .contains("region1 on the same modules is disabled", "ndctl enable-region region1");
        assertThat(refusedBeside(second(true, false), onSecond(NamespaceMode.RAW, device)))
                .isEmpty();
    }

    @Test
    void a_foreign_namespace_is_left_alone_and_the_rest_is_taken() {
        Survey survey = holding(survey(labelled(2 * GIB), namespace("db", NamespaceMode.FSDAX, true)), "ext4");
        RegionPlan plan = plan(survey, ALL);
        assertThat(plan.steps()).containsExactly(create(2 * GIB), add(false, Optional.empty()));
        assertThat(plan.refused())
                .singleElement()
                .asString()
                .contains("namespace0.0 of 2Gi (fsdax, named 'db') is not the driver's", "/dev/pmem0 holds ext4");
    }

    @Test
    void content_on_a_namespace_with_the_drivers_name_is_not_overwritten() {
        Survey survey = holding(survey(labelled(0), namespace("pmem-csi", NamespaceMode.FSDAX, true)), "ext4");
        assertThat(plan(survey, ALL).steps()).isEmpty();
        assertThat(plan(survey, ALL).refused()).singleElement().asString().contains("holds ext4", "wipefs");
        Survey mounted = held(survey(labelled(0), namespace("pmem-csi", NamespaceMode.FSDAX, true)));
        assertThat(plan(mounted, ALL).steps()).isEmpty();
        assertThat(plan(mounted, ALL).refused()).singleElement().asString().contains("is in use");
        Survey raw = held(survey(labelled(0), namespace("pmem-csi", NamespaceMode.RAW, true)));
        assertThat(plan(raw, ALL).steps()).isEmpty();
    }

    @Test
    void somebody_elses_volume_group_is_left_alone() {
        Survey survey = inGroup(survey(labelled(0), namespace("pmem-csi", NamespaceMode.FSDAX, true)), "data");
        assertThat(plan(survey, ALL).steps()).isEmpty();
        assertThat(plan(survey, ALL).refused()).singleElement().asString().contains("volume group data");
    }

    @Test
    void volumes_of_direct_mode_are_known() {
        String id = VolumeId.ofName("v").value();
        RegionPlan plan = plan(survey(labelled(0), namespace(id, NamespaceMode.RAW, true)), ALL);
        assertThat(plan.steps()).isEmpty();
        assertThat(plan.refused()).isEmpty();
        assertThat(plan.notes()).singleElement().asString().contains("device mode direct");
    }

    @Test
    void labels_are_made_on_request_only_and_never_over_content() {
        Survey bare = survey(unlabelled(), namespace("", NamespaceMode.RAW, true));
        assertThat(plan(bare, DEFAULTS).steps()).isEmpty();
        assertThat(plan(bare, DEFAULTS).refused()).singleElement().asString().contains("--init-labels");
        assertThat(plan(bare, ALL).steps())
                .containsExactly(new Step.InitLabels("region0"), create(4 * GIB), add(false, Optional.empty()));
        assertThat(plan(holding(bare, "xfs"), ALL).steps()).isEmpty();
        assertThat(plan(holding(bare, "xfs"), ALL).refused())
                .extracting(Remark::toString)
                .containsExactly("no labels are made, because /dev/pmem0 holds xfs");
        assertThat(plan(held(bare), ALL).steps()).isEmpty();
    }

    @Test
    void memory_without_a_place_for_labels_is_one_namespace_and_becomes_a_group() {
        Survey fsdax = withoutLabelSpace(survey(unlabelled(), namespace("", NamespaceMode.FSDAX_MEM, true)));
        assertThat(plan(fsdax, DEFAULTS).steps()).containsExactly(add(false, Optional.of(DEVICE)));
        assertThat(plan(holding(fsdax, "ext4"), ALL).steps()).isEmpty();
        Survey raw = withoutLabelSpace(survey(unlabelled(), namespace("", NamespaceMode.RAW, true)));
        assertThat(plan(raw, DEFAULTS).steps()).isEmpty();
        assertThat(plan(raw, DEFAULTS).refused()).singleElement().asString().contains("--convert-raw");
        assertThat(plan(raw, ALL).steps())
                .containsExactly(
                        new Step.ReconfigureNamespace("namespace0.0", ByteSize.of(2 * GIB)),
                        add(false, Optional.empty()));
        assertThat(plan(held(raw), ALL).steps()).isEmpty();
        Survey sector = withoutLabelSpace(survey(unlabelled(), namespace("", NamespaceMode.SECTOR, true)));
        assertThat(plan(sector, ALL).refused())
                .containsExactly(
                        new Remark(
                                "namespace0.0",
                                "namespace0.0 is of mode sector",
                                "if nobody needs what is on it, which is lost then: ndctl destroy-namespace --force namespace0.0"));
    }

    @Test
    void a_raw_namespace_with_a_label_makes_room_on_request_only() {
        Survey raw = survey(labelled(0), namespace("", NamespaceMode.RAW, true));
        assertThat(plan(raw, DEFAULTS).steps()).isEmpty();
        assertThat(plan(raw, ALL).steps())
                .hasSize(3)
                .first()
                .isEqualTo(new Step.DestroyNamespace("namespace0.0", ByteSize.of(2 * GIB), "raw, to make room"));
        assertThat(plan(holding(raw, "swap"), ALL).steps()).isEmpty();
        Survey named = survey(labelled(0), namespace("mine", NamespaceMode.RAW, true));
        assertThat(plan(named, ALL).steps()).isEmpty();
        assertThat(plan(named, ALL).refused()).singleElement().asString().contains("not the driver's");
    }

    @Test
    void what_cannot_be_used_says_why() {
        assertThat(plan(survey(region(true, 4 * GIB, false, false)), ALL).refused())
                .singleElement()
                .asString()
                .contains("ndctl enable-region region0");
        assertThat(plan(survey(region(true, 4 * GIB, true, true)), ALL).refused())
                .singleElement()
                .asString()
                .contains("the region is read-only", "echo 0 >/sys/bus/nd/devices/region0/read_only");
    }

    @Test
    void steps_read_well() {
        assertThat(plan(survey(unlabelled()), ALL).steps().stream().map(Step::toString))
                .containsExactly(
                        "initialise the labels of region0",
                        "create a namespace 'pmem-csi' of 4Gi in region0 (fsdax, 2Mi pages)",
                        "create the volume group ndbus0region0fsdax on the new namespace");
    }

    @ParameterizedTest
    @ValueSource(ints = {0, -1, 101})
    void a_percentage_out_of_range_is_refused(int percentage) {
        assertThatIllegalArgumentException().isThrownBy(() -> new PrepareOptions(percentage, false, false));
    }
}
