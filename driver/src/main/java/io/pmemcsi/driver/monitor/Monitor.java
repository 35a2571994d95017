// SPDX-License-Identifier: Apache-2.0
package io.pmemcsi.driver.monitor;

import io.pmemcsi.driver.device.Capacity;
import io.pmemcsi.driver.volume.Eraser;
import io.pmemcsi.driver.volume.Finding;
import io.pmemcsi.driver.volume.VolumeReports;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.function.LongSupplier;
import java.util.stream.Collectors;

/** Metrics and health of one driver, served from its start to its end. Safe for concurrent use. */
public final class Monitor implements AutoCloseable {
    private final Metrics metrics;
    private final Readiness readiness;
    private final MonitorServer server;
    private final LongSupplier nanoTime;

    private Monitor(Metrics metrics, Readiness readiness, MonitorServer server, LongSupplier nanoTime) {
        this.metrics = metrics;
        this.readiness = readiness;
        this.server = server;
        this.nanoTime = nanoTime;
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
        return start(address, subject, System::nanoTime);
    }

    /** As {@link #start(InetSocketAddress, Subject)}, with another clock. */
    static Monitor start(InetSocketAddress address, Subject subject, LongSupplier nanoTime) throws IOException {
        Metrics metrics = new Metrics(subject.driver(), subject.node(), subject.version());
        Readiness readiness = new Readiness(subject.socket());
        return new Monitor(metrics, readiness, MonitorServer.start(address, metrics, readiness), nanoTime);
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
        Recent<Capacity> capacity = new Recent<>(() -> reports.capacity(Optional.empty()), nanoTime);
        metrics.observe(reports, capacity, new Recent<>(() -> findings(reports), nanoTime), eraser);
        readiness.serving(capacity);
    }

    /** How many volumes have each kind of finding; what people read of it is left out. */
    private static Map<Finding, Long> findings(VolumeReports reports) {
        return reports.list(Optional.empty(), 0).volumes().stream()
                .flatMap(volume -> volume.findings().stream())
                .map(finding -> new Finding(finding.severity(), finding.reason(), ""))
                .collect(Collectors.groupingBy(finding -> finding, Collectors.counting()));
    }

    @Override
    public void close() {
        server.close();
    }
}
