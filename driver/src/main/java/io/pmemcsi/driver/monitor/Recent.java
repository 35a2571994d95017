// SPDX-License-Identifier: Apache-2.0
package io.pmemcsi.driver.monitor;

import io.pmemcsi.driver.domain.StorageException;
import java.time.Duration;
import java.util.Optional;
import java.util.function.LongSupplier;
import java.util.function.Supplier;

/**
 * The outcome of a look that costs something, reused for a second: however often somebody asks, the volumes need not wait for it.
 * Those who ask while somebody looks wait for that one look. Safe for concurrent use.
 */
final class Recent<T> implements Supplier<T> {
    static final Duration KEPT = Duration.ofSeconds(1);

    private final Supplier<T> look;
    private final LongSupplier nanoTime;
    private Optional<Supplier<T>> outcome = Optional.empty();
    private long since;

    /** @param nanoTime as {@link System#nanoTime} */
    Recent(Supplier<T> look, LongSupplier nanoTime) {
        this.look = look;
        this.nanoTime = nanoTime;
    }

    /** @throws StorageException when the look has failed so */
    @Override
    public synchronized T get() {
        if (outcome.isEmpty() || nanoTime.getAsLong() - since >= KEPT.toNanos()) {
            outcome = Optional.of(looked());
            since = nanoTime.getAsLong();
        }
        return outcome.get().get();
    }

    private Supplier<T> looked() {
        try {
            T found = look.get();
            return () -> found;
        } catch (StorageException e) {
            return () -> {
                throw e;
            };
        }
    }
}
