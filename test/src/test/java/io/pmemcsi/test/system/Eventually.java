// SPDX-License-Identifier: Apache-2.0
package io.pmemcsi.test.system;

import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;

/** Waits for conditions, for a limited time. */
public final class Eventually {
    private static final Duration PATIENCE = Duration.ofMinutes(10);
    private static final Duration PAUSE = Duration.ofMillis(20);

    private Eventually() {}

    /** Returns as soon as {@code condition} holds. */
    public static void holds(String what, BooleanSupplier condition) {
        holds(what, PAUSE, condition);
    }

    /** The same, where asking costs something: with this pause between two attempts. */
    public static void holds(String what, Duration pause, BooleanSupplier condition) {
        boolean _ = get(what, pause, () -> condition.getAsBoolean() ? Optional.of(true) : Optional.empty());
    }

    /** The first value that {@code attempt} gives. */
    public static <T> T get(String what, Supplier<Optional<T>> attempt) {
        return get(what, PAUSE, attempt);
    }

    /** The same, where asking costs something: with this pause between two attempts. */
    public static <T> T get(String what, Duration pause, Supplier<Optional<T>> attempt) {
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        while (true) {
            Optional<T> value = attempt.get();
            if (value.isPresent()) {
                return value.get();
            }
            if (System.nanoTime() > deadline) {
                throw new AssertionError(what + " did not happen within " + PATIENCE.toSeconds() + " s");
            }
            LockSupport.parkNanos(pause.toNanos());
        }
    }
}
