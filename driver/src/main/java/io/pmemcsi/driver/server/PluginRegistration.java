// SPDX-License-Identifier: Apache-2.0
package io.pmemcsi.driver.server;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Registers the driver with the kubelet, in place of the node-driver-registrar sidecar. The kubelet watches a directory
 * for sockets, asks each who it is, and tells it the outcome. It does so once per socket; therefore the socket is made
 * anew, after a growing delay, when the kubelet has refused the driver.
 */
public final class PluginRegistration implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(PluginRegistration.class);
    private static final Duration GRACE = Duration.ofSeconds(2);
    private static final int MOST_DOUBLINGS = 6;

    private final Plugin plugin;
    private final Path directory;
    private final Duration firstDelay;
    private final ScheduledExecutorService later = Executors.newSingleThreadScheduledExecutor(
            Thread.ofPlatform().name("registration-retry").daemon().factory());

    private Running serving = new Running();
    private int refusals;
    private boolean closed;

    /**
     * @param plugin what the kubelet is told
     * @param directory the directory that the kubelet watches, usually {@code /var/lib/kubelet/plugins_registry}
     * @param firstDelay how long to wait after a first refusal; doubled for each further one, 64-fold at most
     */
    public PluginRegistration(Plugin plugin, Path directory, Duration firstDelay) {
        this.plugin = plugin;
        this.directory = directory;
        this.firstDelay = firstDelay;
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

    /** Withdraws the socket; the kubelet then forgets the driver. */
    @Override
    public void close() {
        later.shutdownNow();
        synchronized (this) {
            closed = true;
            serving.close();
        }
    }

    /** The socket that the kubelet is to find. */
    public Path socket() {
        return directory.resolve(plugin.driverName() + "-reg.sock");
    }

    private synchronized void outcome(boolean registered, String error) {
        if (registered) {
            refusals = 0;
            LOG.atInfo().addKeyValue("driver", plugin.driverName()).log("the kubelet has registered the driver");
            return;
        }
        Duration delay = firstDelay.multipliedBy(1L << Math.min(refusals++, MOST_DOUBLINGS));
        LOG.atError()
                .addKeyValue("driver", plugin.driverName())
                .addKeyValue("error", error)
                .addKeyValue("retrySeconds", delay.toSeconds())
                .log("the kubelet has refused to register the driver");
        retryAfter(delay);
    }

    private synchronized void retryAfter(Duration delay) {
        if (!closed) {
            var _ = later.schedule(this::renew, delay.toMillis(), TimeUnit.MILLISECONDS);
        }
    }

    private synchronized void renew() {
        if (closed) {
            return;
        }
        try {
            serving.close();
            start();
        } catch (IOException | RuntimeException e) {
            LOG.atError().setCause(e).log("cannot make the registration socket anew");
            retryAfter(firstDelay.multipliedBy(1L << MOST_DOUBLINGS));
        }
    }
}
