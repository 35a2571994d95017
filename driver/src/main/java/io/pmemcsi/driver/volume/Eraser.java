// SPDX-License-Identifier: Apache-2.0
package io.pmemcsi.driver.volume;

import io.pmemcsi.driver.device.DeviceManager;
import io.pmemcsi.driver.domain.ByteSize;
import io.pmemcsi.driver.domain.FailureKind;
import io.pmemcsi.driver.domain.StorageException;
import io.pmemcsi.driver.domain.VolumeId;
import io.pmemcsi.driver.state.VolumeRecord;
import io.pmemcsi.driver.state.VolumeState;
import io.pmemcsi.driver.state.VolumeStore;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Erases deleted volumes in the background and gives their space back.
 *
 * <p>One thread works on all of them in turn, one step of at most {@link #STEP} at a time, so that a small volume does not wait for
 * a large one. How far a volume is erased stands in its record, so that the next start goes on there. A failed step is
 * repeated after a growing pause, for ever: space is never given back with data on it. A device that is not there, because
 * its memory is not, is waited for in the same way: its data would come back with it.
 */
public final class Eraser implements AutoCloseable {
    /** How much is overwritten at most between two looks at the clock, the record and the stop signal. */
    static final ByteSize STEP = ByteSize.mebibytes(64);

    private static final ByteSize SMALLEST_STEP = ByteSize.mebibytes(1);

    /** Offsets of {@link DeviceManager#zero} are multiples of it. */
    private static final int PAGE = 4096;

    /** Wherever that is. */
    private static final long END = Long.MAX_VALUE;

    private static final Duration RETRY = Duration.ofSeconds(5);
    private static final int MOST_DOUBLINGS = 6;
    private static final Duration STOP_WAIT = Duration.ofSeconds(30);
    private static final Logger LOG = LoggerFactory.getLogger(Eraser.class);

    private final VolumeStore store;
    private final DeviceManager devices;
    private final Optional<ByteSize> bytesPerSecond;
    private final ByteSize stepSize;
    private final Duration retry;
    private final ScheduledExecutorService thread;

    /** Each volume in it has one {@link #turn} that is scheduled. */
    private final Queue<VolumeId> waiting = new ConcurrentLinkedQueue<>();

    /** How often in a row erasing a volume has failed; for the eraser's thread only. */
    private final Map<VolumeId, Integer> failures = new HashMap<>();

    /** How far this process has got with volumes, recorded or not, or {@link #END}; for the eraser's thread only. */
    private final Map<VolumeId, Long> reached = new HashMap<>();

    private final AtomicLong erased = new AtomicLong();

    /** When the next step may begin, as {@link System#nanoTime} counts; for the eraser's thread only. */
    private long nextStart;

    /**
     * Makes an eraser whose thread starts with the first volume.
     *
     * @param bytesPerSecond how fast to overwrite at most, all volumes together; empty for no limit
     */
    public Eraser(VolumeStore store, DeviceManager devices, Optional<ByteSize> bytesPerSecond) {
        this(store, devices, bytesPerSecond, RETRY);
    }

    Eraser(VolumeStore store, DeviceManager devices, Optional<ByteSize> bytesPerSecond, Duration retry) {
        this.store = store;
        this.devices = devices;
        this.bytesPerSecond = bytesPerSecond;
        // About a second's worth, so that a slow rate is kept from the first step on.
        this.stepSize = bytesPerSecond
                .map(rate -> ByteSize.min(STEP, ByteSize.max(SMALLEST_STEP, rate.roundDownTo(SMALLEST_STEP))))
                .orElse(STEP);
        this.retry = retry;
        this.nextStart = System.nanoTime();
        ScheduledThreadPoolExecutor executor = new ScheduledThreadPoolExecutor(
                1, Thread.ofPlatform().name("eraser").daemon().factory());
        executor.setExecuteExistingDelayedTasksAfterShutdownPolicy(false);
        executor.setRejectedExecutionHandler(new ThreadPoolExecutor.DiscardPolicy());
        this.thread = executor;
    }

    /** Takes a volume whose record says DELETING. Returns at once. */
    void submit(VolumeId id) {
        waiting.add(id);
        schedule(this::turn, 0);
    }

    /** How many bytes this process has overwritten. */
    public long erasedBytes() {
        return erased.get();
    }

    /** How many bytes of deleted volumes are not available yet. */
    public ByteSize backlog() {
        return store.all().stream()
                .filter(volume -> volume.state() == VolumeState.DELETING)
                .map(volume -> volume.size().minusOrZero(ByteSize.of(volume.erased())))
                .reduce(ByteSize.ZERO, ByteSize::plus);
    }

    /** Stops after the step under way; what is left is resumed by the next start. */
    @Override
    public void close() {
        thread.shutdown();
        try {
            if (!thread.awaitTermination(STOP_WAIT.toSeconds(), TimeUnit.SECONDS)) {
                LOG.warn("the erase step under way did not end within {}; the next start resumes it", STOP_WAIT);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void schedule(Runnable work, long nanos) {
        ScheduledFuture<?> _ = thread.schedule(work, nanos, TimeUnit.NANOSECONDS);
    }

    /** Works on the volume that has waited longest, unless the rate limit says that it is too early. */
    private void turn() {
        long early = nextStart - System.nanoTime();
        if (early > 0) {
            schedule(this::turn, early);
        } else {
            Optional.ofNullable(waiting.poll()).ifPresent(this::step);
        }
    }

    private void step(VolumeId id) {
        try {
            boolean more = store.find(id)
                    .filter(volume -> volume.state() == VolumeState.DELETING)
                    .map(this::eraseSome)
                    .orElse(false);
            if (more) {
                submit(id);
            } else {
                reached.remove(id);
            }
            failures.remove(id);
        } catch (RuntimeException | Error e) {
            retryLater(id, e);
        }
    }

    /** A lasting failure is repeated, and logged, less and less often. */
    private void retryLater(VolumeId id, Throwable reason) {
        int failed = failures.merge(id, 1, Integer::sum);
        Duration pause = retry.multipliedBy(1L << Math.min(failed - 1, MOST_DOUBLINGS));
        if (reason instanceof StorageException missing && missing.kind() == FailureKind.NOT_FOUND) {
            LOG.atWarn()
                    .addKeyValue("volume", id)
                    .log("{}: it is erased when its memory is back; looked for again in {}", missing.text(), pause);
        } else {
            LOG.atError().addKeyValue("volume", id).setCause(reason).log("erasing failed; repeated in {}", pause);
        }
        schedule(() -> submit(id), pause.toNanos());
    }

    /** Does one step; false when the volume is gone. */
    private boolean eraseSome(VolumeRecord volume) {
        devices.quarantine(volume.id());
        long size = volume.size().bytes();
        long from = Math.max(volume.erased(), reached.getOrDefault(volume.id(), 0L));
        boolean needed = volume.traits().eraseAfter() || devices.traits().alwaysErased();
        if (needed && volume.erased() < size && from < END) {
            nextStart = System.nanoTime() + pause(volume, from);
            OptionalLong next = devices.zero(volume.id(), from, stepSize);
            long to = next.orElse(Math.max(from, size));
            reached.put(volume.id(), next.orElse(END));
            erased.addAndGet(to - from);
            // The device may be larger than its record, and only it knows where it ends: before, the record stays below
            // its size.
            store.save(volume.erasedTo(next.isPresent() ? Math.min(to, (size - 1) / PAGE * PAGE) : to));
            if (next.isPresent()) {
                return true;
            }
        }
        devices.remove(volume.id());
        store.remove(volume.id());
        LOG.atInfo().addKeyValue("volume", volume.id()).log("deleted; {} given back", volume.size());
        return false;
    }

    /** How many nanoseconds the next step on this volume takes at least, from begin to begin. */
    private long pause(VolumeRecord volume, long from) {
        ByteSize rest = volume.size().minusOrZero(ByteSize.of(from));
        double bytes = ByteSize.min(stepSize, rest).bytes();
        return bytesPerSecond.map(rate -> (long) (bytes * 1e9 / rate.bytes())).orElse(0L);
    }
}
