// SPDX-License-Identifier: Apache-2.0
package io.pmemcsi.driver.monitor;

import io.pmemcsi.driver.volume.Eraser;
import io.pmemcsi.driver.volume.VolumeReports;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;

/** Metrics and health of one driver, served from its start to its end. Safe for concurrent use. */
public final class Monitor implements AutoCloseable {
    private final Metrics metrics;
    private final Readiness readiness;
    private final MonitorServer server;

    private Monitor(Metrics metrics, Readiness readiness, MonitorServer server) {
        this.metrics = metrics;
        this.readiness = readiness;
        this.server = server;
    }

    /**
     * Whose metrics and health it is.
     *
     * @param driver the CSI name of the driver
     * @param node the name of this node
     * @param version of the driver
     * @param socket where the driver will serve CSI
     */
    public record Subject(String driver, String node, String version, Path socket) {}

    /**
     * Starts to serve; the driver is not ready yet.
     *
     * @throws IOException when the address cannot be had, with a message that names it
     */
    public static Monitor start(InetSocketAddress address, Subject subject) throws IOException {
        Metrics metrics = new Metrics(subject.driver(), subject.node(), subject.version());
        Readiness readiness = new Readiness(subject.socket());
        return new Monitor(metrics, readiness, MonitorServer.start(address, metrics, readiness));
    }

    /** The port that is listened on. */
    public int port() {
        return server.port();
    }

    /** A CSI call has ended. */
    public void callEnded(String method, String code, Duration duration) {
        metrics.callEnded(method, code, duration);
    }

    /** The driver serves its socket, for these volumes. To be called once. */
    public void ready(VolumeReports reports, Eraser eraser) {
        metrics.observe(reports, eraser);
        readiness.serving(reports);
    }

    @Override
    public void close() {
        server.close();
    }
}
