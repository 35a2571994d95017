// SPDX-License-Identifier: Apache-2.0
package io.pmemcsi.bindings.raw;

import com.kenai.jffi.Library;
import io.pmemcsi.bindings.NativeCallException;
import io.pmemcsi.bindings.NativeLibrary;
import java.util.function.IntSupplier;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import jnr.ffi.LibraryLoader;
import jnr.ffi.Pointer;
import jnr.ffi.Runtime;
import org.jspecify.annotations.Nullable;

/**
 * Loads shared libraries and makes native calls. Thread-safe.
 *
 * <p>errno lives in the thread that made the call, and a virtual thread may move to another one whenever it waits.
 * The {@code check} methods therefore make the call and read errno in one step that never waits: build arguments and texts
 * before, interpret results after.
 */
public final class Native {
    private static final String LIBC = "libc.so.6";
    private static final Runtime RUNTIME = Runtime.getSystemRuntime();

    private Native() {}

    /** The C library as seen through {@code calls}, an interface of C functions. It is always there. */
    public static <L> L libc(Class<L> calls) {
        return load(calls, LIBC).require();
    }

    /**
     * Loads a library.
     *
     * @param calls an interface of C functions; a function that the library lacks fails when it is called
     * @param soname the file name with its major version, such as {@code libblkid.so.1}
     */
    public static <L> NativeLibrary<L> load(Class<L> calls, String soname) {
        // JNR opens a library at the first call only; asked directly, the dynamic linker says at once what is wrong.
        if (Library.openLibrary(soname, Library.LAZY) == null) {
            return new NativeLibrary.Missing<>(soname, String.valueOf(Library.getLastError()));
        }
        return new NativeLibrary.Loaded<>(LibraryLoader.create(calls).load(soname));
    }

    /** The errno of the last call made by this thread. Only valid right after it, see the class comment. */
    public static int errno() {
        return RUNTIME.getLastError();
    }

    /**
     * Makes a call that reports failure by a negative result.
     *
     * @param text the function and what it is applied to, for {@link NativeCallException#call()}
     * @param call the bare native call with ready arguments
     * @return its result, never negative
     * @throws NativeCallException with errno when the result is negative
     */
    public static int check(String text, IntSupplier call) {
        int result = call.getAsInt();
        int errno = result < 0 ? RUNTIME.getLastError() : 0;
        if (result < 0) {
            throw new NativeCallException(text, errno);
        }
        return result;
    }

    /** As {@link #check}, for calls that return {@code long} or {@code ssize_t}. */
    public static long checkLong(String text, LongSupplier call) {
        long result = call.getAsLong();
        int errno = result < 0 ? RUNTIME.getLastError() : 0;
        if (result < 0) {
            throw new NativeCallException(text, errno);
        }
        return result;
    }

    /** As {@link #check}, for calls that report failure by a null pointer. */
    public static Pointer checkPointer(String text, Supplier<? extends @Nullable Pointer> call) {
        Pointer result = call.get();
        int errno = result == null ? RUNTIME.getLastError() : 0;
        if (result == null) {
            throw new NativeCallException(text, errno);
        }
        return result;
    }
}
