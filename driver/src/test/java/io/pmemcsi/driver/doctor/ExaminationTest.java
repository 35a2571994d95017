// SPDX-License-Identifier: Apache-2.0
package io.pmemcsi.driver.doctor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import io.pmemcsi.driver.doctor.Facts.EndpointState;
import io.pmemcsi.driver.doctor.Facts.Form;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

final class ExaminationTest {
    private static final long ALL_CAPABILITIES = -1;

    private static FactsBuilder node() {
        return new FactsBuilder();
    }

    @Test
    void on_a_good_node_only_says_what_the_devices_are() {
        assertThat(Examination.of(node().build()).stream().filter(check -> check.verdict() != Verdict.OK))
                .containsExactly(
                        Diagnosis.note("persistent memory", "no persistent memory found", ""),
                        Diagnosis.note(
                                "device mode",
                                "emulated volumes are files behind loop devices, not persistent memory; no DAX",
                                ""));
    }

    @Test
    void every_check_has_its_own_name_and_every_problem_a_cure() {
        List<Diagnosis> worst = Examination.of(node().caller(1000, 0)
                .loops(false, false, 0)
                .toolMissing()
                .state(Form.BLOCKED, "/", false)
                .damaged(Optional.empty())
                .endpoint(new EndpointState.NoSocket())
                .build());
        assertThat(worst).extracting(Diagnosis::name).doesNotHaveDuplicates().hasSize(18);
        assertThat(worst)
                .filteredOn(check -> check.verdict() == Verdict.PROBLEM)
                .hasSizeGreaterThan(6)
                .noneMatch(check -> check.cure().isEmpty());
    }

    @Test
    void the_memory_mode_needs_little_of_the_node() {
        assertThat(Examination.of(
                        node().mode("memory").caller(1000, 0).toolMissing().build()))
                .extracting(Diagnosis::name)
                .containsExactly(
                        "kubelet directory",
                        "mount propagation",
                        "registration",
                        "endpoint",
                        "persistent memory",
                        "device mode");
    }

    @ParameterizedTest(name = "{1}: {2} {3}")
    @MethodSource({"processes", "systems", "states", "kubelets", "endpoints", "devices"})
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

    static Stream<Arguments> processes() {
        return Stream.of(
                arguments(node().caller(1000, 0), "user", Verdict.PROBLEM, "runs as user 1000", "sudo"),
                arguments(
                        node().caller(0, ~(1L << 21)),
                        "capability SYS_ADMIN",
                        Verdict.PROBLEM,
                        "missing",
                        "privileged"),
                arguments(
                        node().caller(0, ALL_CAPABILITIES ^ (1L << 24)),
                        "capability SYS_RESOURCE",
                        Verdict.NOTE,
                        "grow an ext4",
                        "privileged"),
                arguments(node().caller(0, 1L << 21), "capability SYS_ADMIN", Verdict.OK, "there", ""));
    }

    static Stream<Arguments> systems() {
        return Stream.of(
                arguments(node().kernel("5.7.19", false), "kernel", Verdict.PROBLEM, "need Linux 5.8", "newer kernel"),
                arguments(node().kernel("5.8.0", false), "kernel", Verdict.NOTE, "mounts with calls", "5.12"),
                arguments(node().kernel("5.15.0-1-generic", true), "kernel", Verdict.OK, "5.15.0-1-generic", ""),
                arguments(node().kernel("strange", true), "kernel", Verdict.PROBLEM, "Linux strange", "newer kernel"),
                arguments(
                        node().loops(false, false, 0), "loop devices", Verdict.PROBLEM, "is missing", "modprobe loop"),
                arguments(node().loops(true, false, 0), "loop devices", Verdict.PROBLEM, "written to", "privileged"),
                arguments(node().loops(true, true, 0), "loop devices", Verdict.OK, "none free, the kernel makes", ""),
                arguments(node().mode("lvm").loops(false, false, 0), "loop devices", Verdict.OK, "not needed", ""),
                arguments(node().mode("direct").kernel("5.7.19", false), "kernel", Verdict.NOTE, "mounts with", "5.12"),
                arguments(node().toolMissing(), "mkfs.xfs", Verdict.PROBLEM, "format xfs", "apt-get install xfsprogs"),
                arguments(node().libblkidMissing("gone"), "libblkid", Verdict.PROBLEM, "gone", "install libblkid1"));
    }

    static Stream<Arguments> states() {
        String name = "state directory";
        String owner = "state directory's owner";
        return Stream.of(
                arguments(node().state(Form.ABSENT, "/", true), name, Verdict.OK, "made by the driver", ""),
                arguments(node().state(Form.ABSENT, "/", false), name, Verdict.PROBLEM, "/state: / cannot", "rw"),
                arguments(node().state(Form.THERE, "/state", false), name, Verdict.PROBLEM, "be written to", "rw"),
                arguments(
                        node().state(Form.BLOCKED, "/state", true), name, Verdict.PROBLEM, "not a directory", "remove"),
                arguments(node().owner(1000, false), owner, Verdict.PROBLEM, "belongs to user 1000", "chown 0 /state"),
                arguments(node().owner(0, true), owner, Verdict.PROBLEM, "other users", "chmod 0700 /state"),
                arguments(node().freeMebibytes(1024), "space", Verdict.NOTE, "1Gi free, 100Mi used", "make room"),
                arguments(node().freeMebibytes(10 * 1024), "space", Verdict.OK, "--capacity 10Gi", ""),
                arguments(node().freeMebibytes(0), "space", Verdict.NOTE, "0 bytes free, 100Mi used", "make room"),
                arguments(node().nearlyNothing(), "space", Verdict.PROBLEM, "not even the smallest", "make room"),
                arguments(node().mode("lvm").freeMebibytes(1), "space", Verdict.OK, "1Mi free for the records", ""),
                arguments(node().mode("lvm").freeMebibytes(0), "space", Verdict.PROBLEM, "are refused", "make room"),
                arguments(node(), "lock", Verdict.OK, "process 17", ""),
                arguments(node().noDriverRuns(), "lock", Verdict.OK, "no driver uses", ""),
                arguments(node().damaged(Optional.empty()), "records", Verdict.PROBLEM, "cannot be read", "as root"),
                arguments(node().damaged(names(1)), "records", Verdict.PROBLEM, "1 set aside", "backup"),
                arguments(node().damaged(names(6)), "records", Verdict.PROBLEM, "v0, v1, v2, v3, v4, ...", "backup"));
    }

    private static Optional<List<String>> names(int count) {
        return Optional.of(IntStream.range(0, count).mapToObj(i -> "v" + i).toList());
    }

    static Stream<Arguments> kubelets() {
        String name = "kubelet directory";
        return Stream.of(
                arguments(node().kubelet(Form.ABSENT), name, Verdict.NOTE, "no kubelet", "--kubelet-dir"),
                arguments(node().inCluster().kubelet(Form.ABSENT), name, Verdict.PROBLEM, "missing", "hostPath"),
                arguments(node().kubelet(Form.BLOCKED), name, Verdict.PROBLEM, "not a directory", "--kubelet-dir"),
                arguments(node().notShared(), "mount propagation", Verdict.NOTE, "not a shared", "--make-rshared /"),
                arguments(
                        node().inCluster().notShared(),
                        "mount propagation",
                        Verdict.PROBLEM,
                        "will not see",
                        "Bidirectional"),
                arguments(node(), "registration", Verdict.OK, "not asked for", ""),
                arguments(node().registration(Form.THERE, true), "registration", Verdict.OK, "/registry is there", ""),
                arguments(node().registration(Form.THERE, false), "registration", Verdict.PROBLEM, "cannot", "root"),
                arguments(
                        node().registration(Form.ABSENT, true), "registration", Verdict.PROBLEM, "missing", "kubelet"),
                arguments(
                        node().registration(Form.BLOCKED, true), "registration", Verdict.PROBLEM, "not a", "kubelet"));
    }

    static Stream<Arguments> endpoints() {
        var absent = new EndpointState.Absent();
        return Stream.of(
                arguments(node().endpoint(absent), "endpoint", Verdict.NOTE, "process 17 uses", "--endpoint"),
                arguments(
                        node().noDriverRuns().endpoint(absent),
                        "endpoint",
                        Verdict.NOTE,
                        "there is no /run/csi.sock",
                        "pmem-csi node --device-mode emulated"),
                answering(new EndpointState.Abandoned(), Verdict.NOTE, "killed driver", ""),
                answering(new EndpointState.NoSocket(), Verdict.PROBLEM, "in the way", "remove it"),
                answering(new EndpointState.Failing("UNKNOWN"), Verdict.PROBLEM, "/run/csi.sock: UNKNOWN", "listens"),
                answering(new EndpointState.Answering("other", true), Verdict.PROBLEM, "not pmem", "--driver-name"),
                answering(
                        new EndpointState.Answering("pmem-csi.intel.com", false), Verdict.PROBLEM, "not ready", "log"));
    }

    private static Arguments answering(EndpointState state, Verdict verdict, String finding, String cure) {
        return arguments(node().endpoint(state), "endpoint", verdict, finding, cure);
    }

    static Stream<Arguments> devices() {
        String name = "persistent memory";
        return Stream.of(
                arguments(node().regions(Optional.empty()), name, Verdict.NOTE, "libnvdimm", ""),
                arguments(node().regions(Optional.of(1)), name, Verdict.NOTE, "1 persistent memory region", ""),
                arguments(node().regions(Optional.of(2)), name, Verdict.NOTE, "2 persistent memory regions", ""),
                arguments(node().mode("memory"), "device mode", Verdict.NOTE, "not persistent", ""));
    }
}
