// SPDX-License-Identifier: Apache-2.0
package io.pmemcsi.driver.doctor;

import io.pmemcsi.driver.config.DeviceMode;
import java.util.List;

/** The kernel and what is installed. */
final class SystemChecks {
    static final List<Check> ALL = List.of(SystemChecks::kernel, SystemChecks::loops, SystemChecks::libblkid);

    /** LOOP_CONFIGURE. */
    private static final KernelVersion OLDEST = new KernelVersion(5, 8);

    private SystemChecks() {}

    /** One check for each program. */
    static List<Check> ofTools(List<Facts.Tool> tools) {
        return tools.stream().<Check>map(tool -> facts -> tool(tool)).toList();
    }

    static Diagnosis kernel(Facts facts) {
        Facts.Kernel kernel = facts.system().kernel();
        String found = "Linux " + kernel.release() + ", mounts with " + kernel.mountApi();
        if (needsLoops(facts) && KernelVersion.parse(kernel.release()).compareTo(OLDEST) < 0) {
            return Diagnosis.problem(
                    "kernel",
                    found + "; loop devices need Linux " + OLDEST,
                    "install a newer kernel, best 5.12 or newer");
        }
        return kernel.bestMountApi()
                ? Diagnosis.ok("kernel", found)
                : Diagnosis.note(
                        "kernel",
                        found + ", because the newer calls are missing or forbidden",
                        "install Linux 5.12 or newer; in a container, look at its seccomp profile");
    }

    private static boolean needsLoops(Facts facts) {
        return facts.config().devices().mode() == DeviceMode.EMULATED;
    }

    static Diagnosis loops(Facts facts) {
        String name = "loop devices";
        if (!needsLoops(facts)) {
            return Diagnosis.ok(name, "not needed in this device mode");
        }
        Facts.Loops loops = facts.system().loops();
        if (!loops.control()) {
            return Diagnosis.problem(
                    name,
                    "/dev/loop-control is missing",
                    "modprobe loop; in a container, show it the /dev of the node");
        }
        if (!loops.writable()) {
            return Diagnosis.problem(
                    name,
                    "/dev/loop-control cannot be written to",
                    "run as root; in a pod: securityContext.privileged: true");
        }
        String free = loops.free() == 0 ? "none free, the kernel makes more when asked" : loops.free() + " free";
        return Diagnosis.ok(name, loops.attached() + " attached, " + free);
    }

    static Diagnosis libblkid(Facts facts) {
        return facts.system()
                .libblkid()
                .map(reason -> Diagnosis.problem(
                        "libblkid",
                        "cannot be loaded, so that no volume can be formatted or mounted: " + reason,
                        "apt-get install libblkid1"))
                .orElseGet(() -> Diagnosis.ok("libblkid", "can be loaded"));
    }

    private static Diagnosis tool(Facts.Tool tool) {
        return tool.installed()
                ? Diagnosis.ok(tool.name(), "installed")
                : Diagnosis.problem(
                        tool.name(), "missing: cannot " + tool.purpose(), "apt-get install " + tool.packageName());
    }
}
