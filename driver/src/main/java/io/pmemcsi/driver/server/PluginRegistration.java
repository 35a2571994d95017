// SPDX-License-Identifier: Apache-2.0
package io.pmemcsi.driver.server;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Registers the driver with the kubelet, in place of the node-driver-registrar sidecar. The kubelet watches a directory
 * for sockets, asks each who it is, and tells it the outcome. It does so once per socket; therefore the socket is made
 * anew, after a growing delay, when the kubelet has refused the driver.
 *
 * <p>The monitor is held while a socket is made or closed, which waits for running calls. Those calls therefore never take
 * it: what they report is kept in atomic variables.
 */
public final class PluginRegistration implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(PluginRegistration.class);
    private static final Duration GRACE = Duration.ofSeconds(2);
    private static final int MOST_DOUBLINGS = 6;

    private final Plugin plugin;
    private final Path directory;
    private final Duration firstDelay;
    private final ScheduledThreadPoolExecutor later;
    private final AtomicInteger refusals = new AtomicInteger();

    /** Whether a new socket will be made anyway. */
    private final AtomicBoolean renewalPending = new AtomicBoolean();

    private Running serving = new Running();
    private boolean closed;

    /**
     * @param plugin what the kubelet is told
     * @param directory the directory that the kubelet watches, usually {@code /var/lib/kubelet/plugins_registry}
     * @param firstDelay how long to wait after a first refusal; doubled for each further one, 64-fold at most
     */
    public PluginRegistration(Plugin plugin, Path directory, Duration firstDelay) {
        this(plugin, directory, firstDelay, retries());
    }

    /** @param later makes sockets anew; shut down when this is closed */
    PluginRegistration(Plugin plugin, Path directory, Duration firstDelay, ScheduledThreadPoolExecutor later) {
        this.plugin = plugin;
        this.directory = directory;
        this.firstDelay = firstDelay;
        this.later = later;
    }

    /** Forgets its tasks when it is shut down; a refusal that is heard during the stop has no consequences. */
    static ScheduledThreadPoolExecutor retries() {
        ScheduledThreadPoolExecutor later = new ScheduledThreadPoolExecutor(
                1,
                Thread.ofPlatform().name("registration-retry").daemon().factory(),
                new ThreadPoolExecutor.DiscardPolicy());
        later.setExecuteExistingDelayedTasksAfterShutdownPolicy(false);
        return later;
    }

    /**
     * What the kubelet is told.
     *
     * @param driverName the name of the driver
     * @param csiSocket where it serves CSI; the path as the kubelet sees it
     */
    public record Plugin(String driverName, Path csiSocket) {}

    /**
     * Shows the socket to the kubelet. The driver must already be serving.
     *
     * @return this registration
     * @throws IOException when the socket cannot be made
     */
    public synchronized PluginRegistration start() throws IOException {
        serving = new Running();
        SocketSettings settings = new SocketSettings("registration", socket(), 1, GRACE);
        serving.add(new SocketServer(settings, List.of(new RegistrationService(plugin, this::outcome).bindService()))
                .start());
        return this;
    }

    /** Withdraws the socket; the kubelet then forgets the driver. A renewal that has begun is let finish first. */
    @Override
    public synchronized void close() {
        closed = true;
        later.shutdown();
        serving.close();
    }

    /** The socket that the kubelet is to find. */
    public Path socket() {
        return directory.resolve(plugin.driverName() + "-reg.sock");
    }

    private void outcome(boolean registered, String error) {
        if (registered) {
            refusals.set(0);
            LOG.atInfo().addKeyValue("driver", plugin.driverName()).log("the kubelet has registered the driver");
            return;
        }
        LOG.atError()
                .addKeyValue("driver", plugin.driverName())
                .addKeyValue("error", error)
                .log("the kubelet has refused to register the driver");
        renewLater();
    }

    private void renewLater() {
        if (renewalPending.compareAndSet(false, true)) {
            int doublings = refusals.getAndUpdate(count -> Math.min(count + 1, MOST_DOUBLINGS));
            Duration delay = firstDelay.multipliedBy(1L << doublings);
            LOG.info("making the registration socket anew in {} s", delay.toSeconds());
            var _ = later.schedule(this::renew, delay.toMillis(), TimeUnit.MILLISECONDS);
        }
    }

    private synchronized void renew() {
        if (closed) {
            return;
        }
        try {
            serving.close();
        } catch (IllegalStateException e) {
            LOG.atWarn().setCause(e).log("the registration socket was not closed cleanly");
        }
        // From here on a refusal is one of the new socket.
        renewalPending.set(false);
        try {
            start();
        } catch (IOException | RuntimeException e) {
            LOG.atError().setCause(e).log("cannot make the registration socket anew");
            renewLater();
        }
    }
}
