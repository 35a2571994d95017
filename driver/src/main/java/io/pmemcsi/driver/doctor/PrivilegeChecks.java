// SPDX-License-Identifier: Apache-2.0
package io.pmemcsi.driver.doctor;

import java.util.List;

/** Whether this process may do what the driver has to do. */
final class PrivilegeChecks {
    static final List<Check> ALL =
            List.of(PrivilegeChecks::user, PrivilegeChecks::administration, PrivilegeChecks::resources);

    private static final String POD = "; in a pod: securityContext.privileged: true";

    private PrivilegeChecks() {}

    static Diagnosis user(Facts facts) {
        int user = facts.caller().user();
        return user == 0
                ? Diagnosis.ok("user", "runs as root")
                : Diagnosis.problem(
                        "user",
                        "runs as user " + user + "; the driver needs root, and other findings here may be wrong",
                        "run it as root: sudo pmem-csi doctor" + POD);
    }

    static Diagnosis administration(Facts facts) {
        String name = "capability SYS_ADMIN";
        return facts.caller().mayAdministrate()
                ? Diagnosis.ok(name, "there")
                : Diagnosis.problem(
                        name,
                        "missing: nothing can be mounted, no loop device attached",
                        "run as root outside of restricted containers" + POD);
    }

    static Diagnosis resources(Facts facts) {
        String name = "capability SYS_RESOURCE";
        return facts.caller().mayExceedLimits()
                ? Diagnosis.ok(name, "there")
                : Diagnosis.note(
                        name,
                        "missing: the kernel will refuse to grow an ext4 volume that is in use (xfs can)",
                        "give the driver this capability" + POD);
    }
}
