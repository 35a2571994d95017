// SPDX-License-Identifier: Apache-2.0
package io.pmemcsi.driver.server;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Optional;

/**
 * The started parts of a process. Closing stops them in reverse start order; a part that fails to stop does not keep the
 * others running, and no failure is lost. A half-finished start is undone by the same close. Closing twice is harmless.
 */
public final class Running implements AutoCloseable {
    private final Deque<AutoCloseable> parts = new ArrayDeque<>();

    /** Takes charge of a part that has just been started. */
    public synchronized <T extends AutoCloseable> T add(T started) {
        parts.push(started);
        return started;
    }

    /** @throws IllegalStateException with all failures as suppressed ones */
    @Override
    public synchronized void close() {
        IllegalStateException failures = new IllegalStateException("shutdown was not clean");
        while (!parts.isEmpty()) {
            close(parts.pop()).ifPresent(failures::addSuppressed);
        }
        if (failures.getSuppressed().length > 0) {
            throw failures;
        }
    }

    private static Optional<Exception> close(AutoCloseable part) {
        try {
            part.close();
            return Optional.empty();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return Optional.of(e);
        } catch (Exception e) {
            return Optional.of(e);
        }
    }
}
