// SPDX-License-Identifier: Apache-2.0
package io.pmemcsi.driver.cli;

import io.pmemcsi.bindings.lvm.VolumeGroupInfo;
import io.pmemcsi.bindings.ndctl.Namespace;
import io.pmemcsi.bindings.ndctl.Region;
import io.pmemcsi.driver.device.direct.DirectSurvey;
import io.pmemcsi.driver.device.lvm.RegionPlan;
import io.pmemcsi.driver.device.lvm.Step;
import io.pmemcsi.driver.device.lvm.Survey;
import io.pmemcsi.driver.doctor.PmemFacts;
import io.pmemcsi.driver.doctor.PmemFacts.Silence;
import io.pmemcsi.driver.doctor.linux.LinuxNode;
import io.pmemcsi.driver.domain.ByteSize;
import java.util.Comparator;
import java.util.List;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.stream.Stream;

/** Puts what the device modes say of persistent memory into the words of the doctor. */
final class PmemReport {
    private final LinuxNode node;
    private final List<Silence> silent;

    PmemReport(LinuxNode node, List<Silence> silent) {
        this.node = node;
        this.silent = silent;
    }

    static PmemFacts unknown(List<Silence> silent) {
        return new PmemFacts(silent, List.of(), List.of(), List.of(), false, List.of(), List.of(), List.of());
    }

    PmemFacts direct(DirectSurvey survey) {
        return new PmemFacts(
                silent,
                regions(survey.regions()),
                namespaces(survey.namespaces(), survey::isOwn),
                List.of(),
                survey.hasUsableRegion(),
                survey.obstacles(),
                List.of(),
                List.of());
    }

    PmemFacts lvm(Survey survey) {
        List<RegionPlan> plans = survey.plan();
        return new PmemFacts(
                silent,
                regions(survey.regions()),
                namespaces(survey.namespaces(), survey::isOwn),
                survey.ownGroups().stream().map(group -> group(survey, group)).toList(),
                survey.ownGroups().stream().anyMatch(group -> group.missing() == 0),
                all(plans, plan -> plan.refused().stream()),
                all(plans, plan -> plan.notes().stream()),
                all(plans, plan -> plan.steps().stream().map(Step::toString)));
    }

    /** What the driver makes of the memory is not known then. */
    PmemFacts withoutLvm(List<Region> regions, List<Namespace> namespaces) {
        return new PmemFacts(
                silent,
                regions(regions),
                namespaces(namespaces, namespace -> namespace.name().equals(Survey.NAMESPACE)),
                List.of(),
                false,
                List.of(),
                List.of(),
                List.of());
    }

    private static <T> List<T> all(List<RegionPlan> plans, Function<RegionPlan, Stream<T>> part) {
        return plans.stream().flatMap(part).toList();
    }

    private static List<PmemFacts.Region> regions(List<Region> regions) {
        return regions.stream()
                .sorted(Comparator.comparing(Region::device))
                .map(region -> new PmemFacts.Region(
                        region.device(),
                        ByteSize.of(region.size()),
                        ByteSize.of(region.availableSize()),
                        region.labelled()))
                .toList();
    }

    private List<PmemFacts.Namespace> namespaces(List<Namespace> namespaces, Predicate<Namespace> own) {
        return namespaces.stream()
                .sorted(Comparator.comparing(Namespace::device))
                .map(namespace -> new PmemFacts.Namespace(
                        namespace.device(),
                        namespace.region(),
                        namespace.name(),
                        namespace.mode().label(),
                        ByteSize.of(namespace.rawSize()),
                        own.test(namespace),
                        namespace.enabled(),
                        namespace.blockDevice().map(node::block)))
                .toList();
    }

    private PmemFacts.Group group(Survey survey, VolumeGroupInfo group) {
        List<PmemFacts.Part> parts = survey.physicalVolumes().stream()
                .filter(volume -> volume.group().equals(group.name()) && !volume.isMissing())
                .map(volume -> new PmemFacts.Part(node.block(volume.device()), ByteSize.of(volume.firstExtent())))
                .toList();
        return new PmemFacts.Group(
                group.name(),
                ByteSize.of(group.size()),
                ByteSize.of(group.free()),
                ByteSize.of(group.extent()),
                group.missing(),
                parts);
    }
}
