// SPDX-License-Identifier: Apache-2.0
package io.pmemcsi.bindings.linux;

import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * The owner of one open file descriptor. Closing twice is harmless; use after closing fails. One thread at a time.
 */
public final class OpenFd implements AutoCloseable {
    private final int number;
    private final String name;
    private final AtomicBoolean open = new AtomicBoolean(true);

    private OpenFd(int number, String name) {
        this.number = number;
        this.name = name;
    }

    /**
     * Takes over a descriptor.
     *
     * @param number the descriptor, from now on closed by nobody else
     * @param name what was opened, for error texts
     */
    public static OpenFd owning(int number, String name) {
        return new OpenFd(number, name);
    }

    /** The descriptor's number, to be used while this owner is open. */
    public int number() {
        if (!open.get()) {
            throw new IllegalStateException(name + ": file descriptor used after close");
        }
        return number;
    }

    /** What was opened, for error texts. */
    public String name() {
        return name;
    }

    /** The path by which this process reaches exactly what is open here, see proc(5). */
    public Path procPath() {
        return Path.of("/proc/self/fd/" + number());
    }

    /** Closes the descriptor. Linux frees it even when close(2) reports an error, so there is nothing to report. */
    @Override
    public void close() {
        if (open.compareAndSet(true, false)) {
            Libc.CALLS.close(number);
        }
    }

    @Override
    public String toString() {
        return name;
    }
}
