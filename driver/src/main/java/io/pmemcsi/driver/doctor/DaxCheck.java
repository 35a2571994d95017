// SPDX-License-Identifier: Apache-2.0
package io.pmemcsi.driver.doctor;

import java.util.Optional;

/** Whether files on a device can be mapped directly, and with large pages. */
final class DaxCheck {
    private static final long HUGE_PAGE = 2L << 20;

    private DaxCheck() {}

    /** The diagnosis of a namespace, unless its device is worse than that. */
    static Diagnosis examine(PmemFacts.Namespace namespace, Diagnosis otherwise) {
        return namespace.block().map(block -> examine(block, otherwise)).orElse(otherwise);
    }

    private static Diagnosis examine(PmemFacts.BlockDevice block, Diagnosis otherwise) {
        if (lacksDax(block)) {
            return Diagnosis.problem(
                    otherwise.name(),
                    otherwise.finding() + ", without DAX: volumes with usage AppDirect cannot be mounted",
                    "see what is said of kernel options, and at: cat /sys/block/"
                            + block.node().getFileName() + "/queue/dax");
        }
        return isMisaligned(block, 0)
                ? Diagnosis.note(
                        otherwise.name(),
                        otherwise.finding()
                                + ", whose data begins at no multiple of 2 MiB: files are mapped in pages of"
                                + " 4 KiB only",
                        "delete its volumes, and make its region begin at a multiple of 2 MiB in the firmware's setup")
                : otherwise;
    }

    static boolean lacksDax(PmemFacts.BlockDevice block) {
        return block.dax().equals(Optional.of(false));
    }

    /** Whether pages of 2 MiB are impossible from an offset on. */
    static boolean isMisaligned(PmemFacts.BlockDevice block, long offset) {
        return block.start().orElse(0) % HUGE_PAGE != 0 || offset % HUGE_PAGE != 0;
    }
}
