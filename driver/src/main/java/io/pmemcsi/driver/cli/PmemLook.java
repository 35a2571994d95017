// SPDX-License-Identifier: Apache-2.0
package io.pmemcsi.driver.cli;

import io.pmemcsi.bindings.NativeCallException;
import io.pmemcsi.bindings.NativeLibrary;
import io.pmemcsi.bindings.linux.BlkidProbe;
import io.pmemcsi.bindings.lvm.Lvm;
import io.pmemcsi.bindings.lvm.LvmConfig;
import io.pmemcsi.bindings.ndctl.Ndctl;
import io.pmemcsi.driver.config.DeviceMode;
import io.pmemcsi.driver.device.direct.DirectSurvey;
import io.pmemcsi.driver.device.lvm.MemoryLook;
import io.pmemcsi.driver.device.lvm.Survey;
import io.pmemcsi.driver.doctor.PmemFacts;
import io.pmemcsi.driver.doctor.PmemFacts.Silence;
import io.pmemcsi.driver.doctor.linux.LinuxNode;
import io.pmemcsi.driver.domain.StorageException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** Looks at the persistent memory of this machine. What cannot be asked is a finding, and changes are made to nothing. */
final class PmemLook {
    private final LinuxNode node;
    private final List<Silence> silent = new ArrayList<>();

    PmemLook(LinuxNode node) {
        this.node = node;
    }

    /** What there is, as a device mode sees it. */
    PmemFacts at(DeviceMode mode) {
        return switch (mode) {
            case MEMORY, EMULATED -> PmemFacts.NONE;
            case DIRECT ->
                loaded("libndctl", Ndctl.load(), "libndctl6")
                        .flatMap(this::direct)
                        .orElseGet(this::unknown);
            case LVM -> lvm();
        };
    }

    private PmemFacts unknown() {
        return PmemReport.unknown(silent);
    }

    private Optional<PmemFacts> direct(Ndctl ndctl) {
        try {
            return Optional.of(
                    new PmemReport(node, silent).direct(new DirectSurvey(ndctl.regions(), ndctl.namespaces())));
        } catch (NativeCallException e) {
            refused("libndctl", e, "ndctl list --regions --namespaces");
            return Optional.empty();
        }
    }

    /** LVM is not asked where there is no memory, and gets its configuration in a directory that is removed again. */
    private PmemFacts lvm() {
        Optional<Ndctl> ndctl = loaded("libndctl", Ndctl.load(), "libndctl6");
        Optional<BlkidProbe> blkid = loaded("contents of namespaces", BlkidProbe.load(), "libblkid1");
        if (ndctl.isEmpty() || blkid.isEmpty()) {
            return unknown();
        }
        try {
            if (ndctl.get().regions().isEmpty()) {
                return unknown();
            }
            return asked(ndctl.get(), blkid.get())
                    .map(survey -> new PmemReport(node, silent).lvm(survey))
                    .orElseGet(() -> new PmemReport(node, silent)
                            .withoutLvm(ndctl.get().regions(), ndctl.get().namespaces()));
        } catch (NativeCallException e) {
            refused("libndctl", e, "ndctl list --regions --namespaces");
            return unknown();
        }
    }

    private Optional<Survey> asked(Ndctl ndctl, BlkidProbe blkid) {
        try {
            Path directory = Files.createTempDirectory("pmem-csi-doctor");
            try {
                return asked(ndctl, blkid, LvmConfig.forLooking(directory));
            } finally {
                remove(directory);
            }
        } catch (IOException | UncheckedIOException e) {
            silent.add(new Silence(
                    "LVM",
                    "cannot be asked: no directory for its configuration: " + e.getMessage(),
                    "make it possible to write to " + System.getProperty("java.io.tmpdir")));
            return Optional.empty();
        }
    }

    private Optional<Survey> asked(Ndctl ndctl, BlkidProbe blkid, LvmConfig config) {
        try {
            return loaded("liblvm2cmd", Lvm.open(config), "liblvm2cmd2.03").map(lvm -> {
                try (lvm) {
                    return new MemoryLook(ndctl, lvm, blkid, node::isUsed).survey();
                }
            });
        } catch (StorageException | NativeCallException e) {
            refused("LVM", e, "pmem-csi prepare --dry-run");
            return Optional.empty();
        }
    }

    private void refused(String what, RuntimeException reason, String similar) {
        silent.add(new Silence(
                what,
                "cannot be asked: " + reason.getMessage(),
                node.caller().user() == 0
                        ? "see whether this fails too: " + similar
                        : "run it as root: sudo pmem-csi doctor"));
    }

    private static void remove(Path directory) throws IOException {
        try (Stream<Path> files = Files.walk(directory)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        }
    }

    private <L> Optional<L> loaded(String name, NativeLibrary<L> library, String packageName) {
        return switch (library) {
            case NativeLibrary.Loaded<L>(L calls) -> Optional.of(calls);
            case NativeLibrary.Missing<L>(String soname, String reason) -> {
                silent.add(
                        new Silence(name, soname + " cannot be loaded: " + reason, "apt-get install " + packageName));
                yield Optional.empty();
            }
        };
    }
}
