// SPDX-License-Identifier: Apache-2.0
package io.pmemcsi.bindings;

/**
 * A native call that returned an error.
 *
 * <p>{@link #call()} is the name of the function with what it was applied to, {@link #errno()} the value of errno(3)
 * right after it, and {@link #detail()} any text the kernel or the library gave besides, or the empty string.
 */
public final class NativeCallException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final String call;
    private final int errno;
    private final String detail;

    public NativeCallException(String call, int errno) {
        this(call, errno, "");
    }

    public NativeCallException(String call, int errno, String detail) {
        super(call + ": " + Errno.describe(errno) + (detail.isEmpty() ? "" : " (" + detail + ")"));
        this.call = call;
        this.errno = errno;
        this.detail = detail;
    }

    public String call() {
        return call;
    }

    public int errno() {
        return errno;
    }

    public String detail() {
        return detail;
    }

    /** Whether errno is one of {@code values}; see {@link Errno}. */
    public boolean is(int... values) {
        for (int value : values) {
            if (errno == value) {
                return true;
            }
        }
        return false;
    }
}
