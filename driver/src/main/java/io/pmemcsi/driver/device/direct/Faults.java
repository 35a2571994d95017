// SPDX-License-Identifier: Apache-2.0
package io.pmemcsi.driver.device.direct;

import io.pmemcsi.bindings.Errno;
import io.pmemcsi.bindings.NativeCallException;
import io.pmemcsi.driver.domain.FailureKind;
import io.pmemcsi.driver.domain.StorageException;
import java.util.function.Supplier;

/** Turns failures of the library and the kernel into failures of the driver. */
final class Faults {
    private Faults() {}

    /** Does {@code work}; what fails is reported as a failure of {@code doing}. */
    static <T> T during(String doing, Supplier<T> work) {
        try {
            return work.get();
        } catch (NativeCallException e) {
            throw new StorageException(kind(e), doing + ": " + e.getMessage(), e);
        }
    }

    /** As {@link #during}, for work without a result. */
    static void run(String doing, Runnable work) {
        boolean _ = during(doing, () -> {
            work.run();
            return true;
        });
    }

    private static FailureKind kind(NativeCallException e) {
        return switch (e.errno()) {
            case Errno.ENOSPC -> FailureKind.OUT_OF_SPACE;
            case Errno.EBUSY -> FailureKind.IN_USE;
            default -> FailureKind.BACKEND_FAULT;
        };
    }
}
