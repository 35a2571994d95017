// SPDX-License-Identifier: Apache-2.0
package io.pmemcsi.driver.volume;

import java.time.Duration;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Looks every minute for inline volumes that nobody will end, until it is closed. */
public final class InlineCollector implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(InlineCollector.class);
    private static final Duration PERIOD = Duration.ofMinutes(1);
    /** The kubelet repeats a failed publication after two minutes at most. */
    private static final Duration SETTLED = Duration.ofMinutes(10);

    private final InlineVolumes volumes;
    private final ScheduledExecutorService thread = new ScheduledThreadPoolExecutor(
            1, Thread.ofPlatform().name("inline-collector").daemon().factory());
    private final long started = System.nanoTime();

    public InlineCollector(InlineVolumes volumes) {
        this.volumes = volumes;
    }

    public InlineCollector start() {
        ScheduledFuture<?> _ =
                thread.scheduleWithFixedDelay(this::look, PERIOD.toSeconds(), PERIOD.toSeconds(), TimeUnit.SECONDS);
        return this;
    }

    private void look() {
        try {
            volumes.collectAbandoned(System.nanoTime() - started > SETTLED.toNanos());
        } catch (RuntimeException e) {
            LOG.atError().setCause(e).log("looking for abandoned inline volumes failed; repeated in {}", PERIOD);
        }
    }

    /** Waits for a look that is under way: an interruption could tear what it is writing. */
    @Override
    public void close() {
        thread.close();
    }
}
