// SPDX-License-Identifier: Apache-2.0
package io.pmemcsi.driver.device;

import io.pmemcsi.driver.domain.ByteSize;
import io.pmemcsi.driver.domain.FailureKind;
import io.pmemcsi.driver.domain.StorageException;
import io.pmemcsi.driver.domain.VolumeId;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Supplier;

/**
 * Who has how much of the managed space. Space is promised before the medium is touched and booked afterwards, so that
 * concurrent calls never get more than there is. Safe for concurrent use; no method waits for a device.
 */
public final class SpaceAccount {
    private final SizeRule rule;
    private final Supplier<ByteSize> mediumFree;
    private final Map<VolumeId, ByteSize> booked = new HashMap<>();
    private final Map<VolumeId, ByteSize> promised = new HashMap<>();
    private final Map<VolumeId, ByteSize> taken = new HashMap<>();

    /**
     * @param rule the unit, and the space to share out
     * @param mediumFree what the medium itself has free at this moment, promised space that is not taken yet included
     */
    public SpaceAccount(SizeRule rule, Supplier<ByteSize> mediumFree) {
        this.rule = rule;
        this.mediumFree = mediumFree;
    }

    /**
     * Promises {@code more} bytes to {@code id}, until {@link #book} or {@link #cancel}.
     *
     * @param asked what was asked for, for the error text
     * @throws StorageException of kind OUT_OF_SPACE, naming what would fit
     */
    public synchronized void promise(VolumeId id, ByteSize more, String asked) {
        ByteSize available = available();
        if (more.isAbove(available)) {
            throw new StorageException(FailureKind.OUT_OF_SPACE, asked + ": " + available + " would fit now");
        }
        promised.merge(id, more, ByteSize::plus);
    }

    /** The medium no longer counts as free what was promised to {@code id}; not booked yet, or cancelled later. */
    public synchronized void taken(VolumeId id) {
        ByteSize size = promised.remove(id);
        if (size != null) {
            taken.merge(id, size, ByteSize::plus);
        }
    }

    /** Takes back what was promised to {@code id} and not booked. */
    public synchronized void cancel(VolumeId id) {
        promised.remove(id);
        taken.remove(id);
    }

    /** {@code id} now has {@code size} bytes in all; nothing is promised to it any longer. */
    public synchronized void book(VolumeId id, ByteSize size) {
        cancel(id);
        booked.put(id, size);
    }

    /** {@code id} has nothing any longer. */
    public synchronized void release(VolumeId id) {
        cancel(id);
        booked.remove(id);
    }

    /** Forgets everything. */
    public synchronized void clear() {
        promised.clear();
        taken.clear();
        booked.clear();
    }

    public synchronized Capacity capacity() {
        ByteSize available = available();
        return new Capacity(rule.managed(), rule.managed(), available, available, rule.unit());
    }

    private ByteSize available() {
        ByteSize pending = sum(promised);
        ByteSize unshared =
                rule.managed().minusOrZero(sum(booked)).minusOrZero(sum(taken)).minusOrZero(pending);
        ByteSize real = mediumFree.get().minusOrZero(pending);
        return ByteSize.min(unshared, real).roundDownTo(rule.unit());
    }

    private static ByteSize sum(Map<VolumeId, ByteSize> sizes) {
        return sizes.values().stream().reduce(ByteSize.ZERO, ByteSize::plus);
    }
}
