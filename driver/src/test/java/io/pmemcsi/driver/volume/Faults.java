// SPDX-License-Identifier: Apache-2.0
package io.pmemcsi.driver.volume;

import io.pmemcsi.driver.domain.FailureKind;
import io.pmemcsi.driver.domain.StorageException;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;

/**
 * Decides before each call of a port whether it happens. Calls are named after the port and the method, such as
 * {@code devices.create}. Safe for concurrent use.
 */
public final class Faults {
    private final Queue<String> calls = new ConcurrentLinkedQueue<>();
    private volatile Consumer<String> rule = call -> {};

    /** Asks {@code newRule} before each call from now on; the call does not happen when it throws. */
    public void arm(Consumer<String> newRule) {
        rule = newRule;
    }

    public void disarm() {
        rule = call -> {};
    }

    /** Lets every call of this name fail. */
    public void fail(String call) {
        arm(name -> {
            if (name.equals(call)) {
                throw injected(call);
            }
        });
    }

    /** Lets the next call of this name fail. */
    public void failOnce(String call) {
        AtomicBoolean done = new AtomicBoolean();
        arm(name -> {
            if (name.equals(call) && done.compareAndSet(false, true)) {
                throw injected(call);
            }
        });
    }

    static StorageException injected(String call) {
        return new StorageException(FailureKind.BACKEND_FAULT, "injected fault at " + call);
    }

    /** How often a call of this name happened. */
    public long count(String call) {
        return calls.stream().filter(call::equals).count();
    }

    void before(String call) {
        rule.accept(call);
        calls.add(call);
    }
}
