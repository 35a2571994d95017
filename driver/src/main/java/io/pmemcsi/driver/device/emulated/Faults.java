// SPDX-License-Identifier: Apache-2.0
package io.pmemcsi.driver.device.emulated;

import io.pmemcsi.bindings.Errno;
import io.pmemcsi.bindings.NativeCallException;
import io.pmemcsi.driver.domain.FailureKind;
import io.pmemcsi.driver.domain.StorageException;
import java.io.IOException;
import java.io.UncheckedIOException;

/** Turns failures of the host into failures of the driver. */
final class Faults {
    private Faults() {}

    @FunctionalInterface
    interface Work<T> {
        T run() throws IOException;
    }

    /** Does {@code work}; what fails is reported as a failure of {@code doing}. */
    static <T> T during(String doing, Work<T> work) {
        try {
            return work.run();
        } catch (NativeCallException e) {
            throw new StorageException(kind(e), doing + ": " + e.getMessage(), e);
        } catch (IOException e) {
            throw new StorageException(FailureKind.BACKEND_FAULT, doing + ": " + e, e);
        } catch (UncheckedIOException e) {
            throw new StorageException(FailureKind.BACKEND_FAULT, doing + ": " + e.getCause(), e);
        }
    }

    private static FailureKind kind(NativeCallException e) {
        return switch (e.errno()) {
            case Errno.ENOSPC, Errno.EDQUOT -> FailureKind.OUT_OF_SPACE;
            case Errno.EFBIG -> FailureKind.SIZE_UNSUPPORTED;
            default -> FailureKind.BACKEND_FAULT;
        };
    }
}
