// SPDX-License-Identifier: Apache-2.0
package io.pmemcsi.driver.doctor;

import io.pmemcsi.driver.config.DeviceMode;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** What persistent memory needs of the kernel. */
final class SupportChecks {
    static final List<Check> ALL = List.of(
            SupportChecks::drivers,
            SupportChecks::options,
            SupportChecks::sys,
            SupportChecks::deviceMapper,
            SupportChecks::nodeLvm);

    private static final List<String> DRIVERS = List.of("nd_region", "nd_pmem");
    private static final List<String> OPTIONS =
            List.of("CONFIG_LIBNVDIMM", "CONFIG_BLK_DEV_PMEM", "CONFIG_NVDIMM_PFN", "CONFIG_FS_DAX");
    private static final String LARGE_PAGES = "CONFIG_TRANSPARENT_HUGEPAGE";

    private SupportChecks() {}

    private static boolean isLvm(Facts facts) {
        return facts.config().devices().mode() == DeviceMode.LVM;
    }

    /** Without memory nobody has asked for its drivers. */
    static Diagnosis drivers(Facts facts) {
        String name = "kernel drivers";
        List<String> missing = DRIVERS.stream()
                .filter(driver -> !facts.support().drivers().contains(driver))
                .toList();
        if (facts.system().regions().orElse(0) == 0) {
            return Diagnosis.ok(name, "nothing to drive");
        }
        return missing.isEmpty()
                ? Diagnosis.ok(name, String.join(" and ", DRIVERS) + " are there")
                : Diagnosis.problem(
                        name,
                        String.join(" and ", missing) + " not loaded: the kernel makes no devices of the memory",
                        "modprobe --all " + String.join(" ", missing) + "; and see why they were not loaded at boot:"
                                + " grep -r nd_ /etc/modprobe.d");
    }

    static Diagnosis options(Facts facts) {
        String name = "kernel options";
        Optional<Map<String, String>> known = facts.support().options();
        if (known.isEmpty()) {
            return Diagnosis.note(
                    name,
                    "not known: neither /proc/config.gz nor a file in /boot or /lib/modules tells",
                    "on the node: grep -w CONFIG_FS_DAX /boot/config-"
                            + facts.system().kernel().release());
        }
        String missing = Stream.concat(OPTIONS.stream(), Stream.of(isLvm(facts) ? "CONFIG_BLK_DEV_DM" : "CONFIG_BTT"))
                .filter(option -> !known.get().containsKey(option))
                .collect(Collectors.joining(", "));
        if (!missing.isEmpty()) {
            return Diagnosis.problem(
                    name, "this kernel was built without " + missing, "boot a kernel that has " + missing);
        }
        return known.get().containsKey(LARGE_PAGES)
                ? Diagnosis.ok(name, "all there")
                : Diagnosis.note(
                        name,
                        "this kernel was built without " + LARGE_PAGES + ": files are mapped in pages of 4 KiB only",
                        "boot a kernel that has " + LARGE_PAGES);
    }

    static Diagnosis sys(Facts facts) {
        String name = "sysfs";
        if (!facts.support().sysReadOnly()) {
            return Diagnosis.ok(name, "/sys can be written to");
        }
        String cure = "mount -o remount,rw /sys; in a pod: securityContext.privileged: true";
        return isLvm(facts)
                ? Diagnosis.note(
                        name,
                        "/sys is mounted read-only: the driver works, but 'pmem-csi prepare' can make no namespaces",
                        cure)
                : Diagnosis.problem(name, "/sys is mounted read-only: volumes can be neither made nor deleted", cure);
    }

    static Diagnosis deviceMapper(Facts facts) {
        String name = "device-mapper";
        if (!isLvm(facts)) {
            return Diagnosis.ok(name, "not needed in this device mode");
        }
        return facts.support().deviceMapper()
                ? Diagnosis.ok(name, "there")
                : Diagnosis.problem(
                        name,
                        "/dev/mapper/control is missing: no volume can be made or used",
                        "modprobe dm_mod; in a container, show it the /dev of the node");
    }

    /** The driver has a configuration of its own; this is for whoever looks for its groups with vgs. */
    static Diagnosis nodeLvm(Facts facts) {
        String name = "node's LVM";
        if (!isLvm(facts)) {
            return Diagnosis.ok(name, "not needed in this device mode");
        }
        if (facts.inCluster()) {
            return Diagnosis.ok(name, "not seen from a container; the driver does not use its configuration");
        }
        for (PmemFacts.Group group : facts.pmem().groups()) {
            for (PmemFacts.Part part : group.parts()) {
                Optional<Diagnosis> hidden = hidden(
                        name, facts.support().nodeLvm(), part.device().node().toString());
                if (hidden.isPresent()) {
                    return hidden.get();
                }
            }
        }
        return Diagnosis.ok(name, "hides no volume group of the driver");
    }

    private static Optional<Diagnosis> hidden(String name, NodeLvm lvm, String device) {
        String harmless = ": the driver does not mind, but vgs and lvs on the node do not show its volumes";
        if (lvm.isUnlisted(device)) {
            return Optional.of(Diagnosis.note(
                    name,
                    "/etc/lvm/devices/system.devices does not list " + device + harmless,
                    "lvmdevices --adddev " + device));
        }
        return lvm.filterAgainst(device)
                .map(filter -> Diagnosis.note(
                        name,
                        filter + " in /etc/lvm/lvm.conf rejects " + device + harmless,
                        "let this list begin with \"a|^/dev/pmem|\" there"));
    }
}
