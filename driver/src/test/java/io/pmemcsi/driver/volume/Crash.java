// SPDX-License-Identifier: Apache-2.0
package io.pmemcsi.driver.volume;

import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * The end of the process before the n-th call of a port: this call and all later ones, also of the eraser's thread, do
 * not happen.
 */
final class Crash {
    private final int fatal;
    private final AtomicInteger calls = new AtomicInteger();
    private final AtomicBoolean dead = new AtomicBoolean();

    /** Not an exception, so that no use case can catch it and clean up. */
    static final class ProcessDied extends Error {
        private static final long serialVersionUID = 1L;
    }

    private Crash(int fatal) {
        this.fatal = fatal;
    }

    /** Counts the calls of the use cases from now on, from 0. */
    static Crash atCall(int fatal, TestNode node) {
        Crash crash = new Crash(fatal);
        node.faults().arm(crash::count);
        node.eraserFaults().arm(crash::obey);
        return crash;
    }

    /** Counts the calls of the eraser from now on, from 0. */
    static Crash atEraserCall(int fatal, TestNode node) {
        Crash crash = new Crash(fatal);
        node.faults().arm(crash::obey);
        node.eraserFaults().arm(crash::count);
        return crash;
    }

    private void count(String call) {
        if (calls.getAndIncrement() >= fatal) {
            dead.set(true);
        }
        obey(call);
    }

    private void obey(String call) {
        if (dead.get()) {
            throw new ProcessDied();
        }
    }

    boolean happened() {
        return dead.get();
    }
}
