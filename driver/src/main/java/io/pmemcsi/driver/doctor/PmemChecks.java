// SPDX-License-Identifier: Apache-2.0
package io.pmemcsi.driver.doctor;

import io.pmemcsi.driver.config.DeviceMode;
import io.pmemcsi.driver.device.Cures;
import io.pmemcsi.driver.device.Remark;
import io.pmemcsi.driver.domain.ByteSize;
import java.util.List;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** What persistent memory there is, and what the driver makes of it. */
final class PmemChecks {
    private static final String PREPARE = "pmem-csi prepare; with --dry-run it only says what it would do";

    private PmemChecks() {}

    static List<Check> of(PmemFacts memory) {
        return Stream.of(
                        Stream.<Check>of(PmemChecks::summary),
                        each(memory.silent(), silence -> _ -> silent(silence)),
                        each(memory.regions(), region -> facts -> region(facts, region)),
                        each(memory.namespaces(), namespace -> facts -> namespace(facts, namespace)),
                        each(memory.groups(), group -> _ -> GroupCheck.examine(group)),
                        Stream.<Check>of(PmemChecks::preparation).filter(_ -> mayPrepare(memory)))
                .flatMap(checks -> checks)
                .toList();
    }

    private static <T> Stream<Check> each(List<T> objects, Function<T, Check> check) {
        return objects.stream().map(check);
    }

    private static boolean mayPrepare(PmemFacts memory) {
        return !memory.steps().isEmpty() || !memory.groups().isEmpty();
    }

    static Diagnosis summary(Facts facts) {
        String name = "persistent memory";
        PmemFacts memory = facts.pmem();
        if (memory.regions().isEmpty()) {
            return none(facts, name);
        }
        String found = count(memory.regions().size(), "region") + " of "
                + memory.regions().stream().map(PmemFacts.Region::size).reduce(ByteSize.ZERO, ByteSize::plus);
        if (memory.usable()) {
            return Diagnosis.ok(name, found);
        }
        if (!memory.silent().isEmpty()) {
            return Diagnosis.note(name, found + "; what the driver can use of it is not known", "");
        }
        if (!memory.steps().isEmpty()) {
            String groups = memory.groups().isEmpty() ? "yet" : "that is complete";
            return Diagnosis.problem(name, found + ", and no volume group of the driver " + groups, PREPARE);
        }
        return Diagnosis.problem(
                name,
                found + ", of which the driver can use nothing",
                memory.obstacles().isEmpty()
                        ? "add memory, or give it space that others have"
                        : "see what is said of "
                                + memory.obstacles().stream()
                                        .map(Remark::object)
                                        .distinct()
                                        .collect(Collectors.joining(", ")));
    }

    private static Diagnosis none(Facts facts, String name) {
        if (!facts.pmem().silent().isEmpty()) {
            return Diagnosis.note(name, "not known", "");
        }
        String finding = "no persistent memory found";
        return facts.system().regions().isPresent()
                ? Diagnosis.problem(
                        name,
                        finding,
                        "look at the firmware's setup (ipmctl show -region, cxl list -R) and at: dmesg | grep -i nd_")
                : Diagnosis.problem(
                        name,
                        finding + " (the kernel has no /sys/bus/nd: module libnvdimm)",
                        "modprobe libnvdimm, and the module that finds it: nfit, virtio_pmem, nd_e820 or cxl_pmem");
    }

    private static Diagnosis silent(PmemFacts.Silence silence) {
        return Diagnosis.problem(silence.library(), silence.reason(), silence.cure());
    }

    private static Diagnosis region(Facts facts, PmemFacts.Region region) {
        String found =
                region.size() + (region.labelled() ? ", " + region.free() + " free for new namespaces" : ", no labels");
        boolean holdsOwn = facts.pmem().namespaces().stream()
                .anyMatch(namespace -> namespace.own() && namespace.region().equals(region.name()));
        return judged(facts.pmem(), region.name(), found, holdsOwn);
    }

    private static Diagnosis namespace(Facts facts, PmemFacts.Namespace namespace) {
        String found = namespace.mode() + " of " + namespace.size()
                + (namespace.label().isEmpty() ? "" : ", named '" + namespace.label() + "'")
                + (namespace.enabled() ? "" : ", disabled")
                + namespace.block().map(block -> ", " + block.node()).orElse("")
                + (namespace.own() ? ", the driver's" : "");
        Diagnosis judged = judged(facts.pmem(), namespace.name(), found, namespace.own());
        return judged.verdict() == Verdict.OK && namespace.own() ? own(facts, namespace, judged) : judged;
    }

    /** In mode direct the driver enables what it needs; in mode lvm volume groups tell the rest. */
    private static Diagnosis own(Facts facts, PmemFacts.Namespace namespace, Diagnosis judged) {
        if (facts.config().devices().mode() == DeviceMode.LVM) {
            return namespace.enabled()
                    ? judged
                    : Diagnosis.problem(
                            judged.name(),
                            judged.finding() + ": the volumes on it cannot be used",
                            Cures.enableNamespace(namespace.name()));
        }
        return namespace.mode().equals("fsdax") ? DaxCheck.examine(namespace, judged) : judged;
    }

    /** An obstacle is a problem when it hits the driver's own, or when the driver has nothing else. */
    private static Diagnosis judged(PmemFacts memory, String object, String found, boolean own) {
        boolean starved =
                !memory.usable() && memory.steps().isEmpty() && memory.silent().isEmpty();
        return about(memory.obstacles(), object)
                .findFirst()
                .map(obstacle -> new Diagnosis(
                        object,
                        own || starved ? Verdict.PROBLEM : Verdict.NOTE,
                        finding(obstacle, found),
                        obstacle.cure()))
                .orElseGet(() -> Diagnosis.ok(
                        object,
                        Stream.concat(
                                        Stream.of(found),
                                        about(memory.remarks(), object).map(Remark::finding))
                                .collect(Collectors.joining("; "))));
    }

    /** One that names its object describes it too. */
    private static String finding(Remark obstacle, String found) {
        String text = obstacle.finding();
        return text.startsWith(obstacle.object())
                ? text.substring(obstacle.object().length()).replaceFirst("^[: ]+", "")
                : found + ": " + text;
    }

    private static Stream<Remark> about(List<Remark> remarks, String object) {
        return remarks.stream().filter(remark -> remark.object().equals(object));
    }

    static Diagnosis preparation(Facts facts) {
        List<String> steps = facts.pmem().steps();
        return steps.isEmpty()
                ? Diagnosis.ok("prepare", "nothing to do")
                : Diagnosis.note("prepare", "would " + String.join(", ", steps), PREPARE);
    }

    private static String count(int count, String what) {
        return count + " " + what + (count == 1 ? "" : "s");
    }
}
