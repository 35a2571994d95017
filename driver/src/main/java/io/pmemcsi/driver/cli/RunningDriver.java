// SPDX-License-Identifier: Apache-2.0
package io.pmemcsi.driver.cli;

import io.pmemcsi.driver.server.Running;
import java.util.concurrent.CountDownLatch;

/** A driver that has been started. Closing it stops its parts in reverse start order; closing twice is harmless. */
final class RunningDriver implements AutoCloseable {
    private final Running parts;
    private final CountDownLatch stopped = new CountDownLatch(1);

    RunningDriver(Running parts) {
        this.parts = parts;
    }

    /** Returns when the driver has been closed. */
    void awaitStop() throws InterruptedException {
        stopped.await();
    }

    @Override
    public void close() {
        try {
            parts.close();
        } finally {
            stopped.countDown();
        }
    }
}
