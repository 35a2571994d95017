// SPDX-License-Identifier: Apache-2.0
package io.pmemcsi.driver.mount.linux;

import io.pmemcsi.bindings.Errno;
import io.pmemcsi.bindings.NativeCallException;
import io.pmemcsi.driver.domain.FailureKind;
import io.pmemcsi.driver.domain.Quoted;
import io.pmemcsi.driver.domain.StorageException;
import java.nio.file.Path;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Turns errno into a failure for the caller of the driver. */
final class Failures {
    /** What EINVAL without a text of the kernel means. */
    private static final String SILENT = "; the device holds no such file system, or one that this kernel cannot mount"
            + " with these options; the kernel log says more";

    private Failures() {}

    /** Asks the kernel something that does not depend on the caller's paths: whatever goes wrong there is BACKEND_FAULT. */
    static <T> T guarded(String subject, Supplier<T> question) {
        try {
            return question.get();
        } catch (NativeCallException | IllegalArgumentException e) {
            throw new StorageException(FailureKind.BACKEND_FAULT, subject + ": " + e.getMessage(), e);
        }
    }

    /** Reaching a path failed. */
    static StorageException ofPath(Path path, NativeCallException e) {
        return switch (e.errno()) {
            case Errno.ELOOP -> failure(FailureKind.INVALID_REQUEST, path, "a component is a symbolic link", e);
            case Errno.EXDEV -> failure(FailureKind.INVALID_REQUEST, path, "leads out of its root", e);
            case Errno.ENOTDIR -> failure(FailureKind.INVALID_REQUEST, path, "a component is not a directory", e);
            case Errno.ENAMETOOLONG -> failure(FailureKind.INVALID_REQUEST, path, "is too long", e);
            case Errno.ENOENT -> failure(FailureKind.NOT_FOUND, path, "the directory that holds it does not exist", e);
            default -> failure(FailureKind.BACKEND_FAULT, path, e.getMessage(), e);
        };
    }

    /** Mounting at, or unmounting from, a path failed. */
    static StorageException ofMount(Path path, NativeCallException e) {
        return switch (e.errno()) {
            case Errno.EBUSY -> failure(FailureKind.IN_USE, path, "is in use: " + e.getMessage(), e);
            case Errno.EPERM ->
                failure(FailureKind.NOT_READY, path, e.getMessage() + "; mounting needs the capability SYS_ADMIN", e);
            case Errno.ENODEV ->
                failure(FailureKind.NOT_READY, path, e.getMessage() + "; the kernel lacks this file system", e);
            case Errno.EINVAL ->
                failure(
                        FailureKind.BACKEND_FAULT,
                        path,
                        e.getMessage() + (e.detail().isEmpty() ? SILENT : ""),
                        e);
            case Errno.EUCLEAN -> failure(FailureKind.BACKEND_FAULT, path, e.getMessage() + "; run fsck", e);
            default -> failure(FailureKind.BACKEND_FAULT, path, e.getMessage(), e);
        };
    }

    private static StorageException failure(FailureKind kind, Path path, @Nullable String text, NativeCallException e) {
        return new StorageException(kind, "path " + Quoted.path(path) + ": " + text, e);
    }
}
