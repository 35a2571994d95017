// SPDX-License-Identifier: Apache-2.0
package io.pmemcsi.driver.monitor;

import io.pmemcsi.driver.device.Capacity;
import io.pmemcsi.driver.domain.ByteSize;
import io.pmemcsi.driver.domain.StorageException;
import io.pmemcsi.driver.volume.Eraser;
import io.pmemcsi.driver.volume.Finding;
import io.pmemcsi.driver.volume.VolumeReports;
import io.prometheus.metrics.core.metrics.CounterWithCallback;
import io.prometheus.metrics.core.metrics.GaugeWithCallback;
import io.prometheus.metrics.core.metrics.Histogram;
import io.prometheus.metrics.core.metrics.Info;
import io.prometheus.metrics.model.registry.MultiCollector;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import io.prometheus.metrics.model.snapshots.GaugeSnapshot;
import io.prometheus.metrics.model.snapshots.Labels;
import io.prometheus.metrics.model.snapshots.MetricSnapshots;
import io.prometheus.metrics.model.snapshots.Unit;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The figures of the driver in Prometheus' terms. Those of the archived driver keep their names. What describes the present is
 * looked up when it is asked for; what cannot be looked up is left out and logged. Safe for concurrent use.
 */
final class Metrics {
    private static final Logger LOG = LoggerFactory.getLogger(Metrics.class);

    /** In seconds, as the CSI sidecars have them: from a quick look to what takes minutes. */
    private static final List<Double> BUCKETS =
            List.of(0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 15.0, 25.0, 50.0, 120.0, 300.0, 600.0);

    private final PrometheusRegistry registry = new PrometheusRegistry();
    private final String driver;
    private final String node;
    private final Histogram calls;

    /**
     * Makes the figures that need no volumes.
     *
     * @param driver the CSI name of the driver
     * @param node the name of this node
     * @param version of the driver
     */
    Metrics(String driver, String node, String version) {
        this.driver = driver;
        this.node = node;
        Info.builder()
                .name("build_info")
                .help("The version of the driver.")
                .labelNames("version")
                .register(registry)
                .setLabelValues(version);
        this.calls = Histogram.builder()
                .name("csi_plugin_operations_seconds")
                .help("How long CSI calls took, and how they ended.")
                .labelNames("driver_name", "method_name", "grpc_status_code")
                .unit(Unit.SECONDS)
                .classicOnly()
                .classicUpperBounds(
                        BUCKETS.stream().mapToDouble(Double::doubleValue).toArray())
                .register(registry);
    }

    PrometheusRegistry registry() {
        return registry;
    }

    /** A CSI call has ended. */
    void callEnded(String method, String code, Duration duration) {
        calls.labelValues(driver, "/" + method, code).observe(duration.toNanos() / 1e9);
    }

    /**
     * Adds what the volumes and their memory tell. To be called once.
     *
     * @param capacity of all memory
     * @param findings how many volumes have each kind, without what people read of it
     */
    void observe(
            VolumeReports reports, Supplier<Capacity> capacity, Supplier<Map<Finding, Long>> findings, Eraser eraser) {
        registry.register((MultiCollector) () -> amounts(capacity));
        volumes(reports, findings);
        GaugeWithCallback.builder()
                .name("pmem_csi_erase_backlog_bytes")
                .help("What of deleted volumes has not been overwritten yet.")
                .callback(found ->
                        looked(() -> found.call((double) eraser.backlog().bytes())))
                .register(registry);
        CounterWithCallback.builder()
                .name("pmem_csi_erased_bytes_total")
                .help("What of deleted volumes was overwritten since the start.")
                .callback(found -> found.call((double) eraser.erasedBytes()))
                .register(registry);
    }

    /** One look at the devices for all figures of a scrape. The archived driver's gauges have bytes and no unit in their names. */
    private MetricSnapshots amounts(Supplier<Capacity> capacity) {
        MetricSnapshots.Builder found = MetricSnapshots.builder();
        looked(() -> {
            Capacity now = capacity.get();
            found.metricSnapshot(
                    amount("total", "All persistent memory of the kind that the driver uses.", now.total()));
            found.metricSnapshot(amount("managed", "The part of it that volumes may use.", now.managed()));
            found.metricSnapshot(amount(
                    "available", "What is free for new volumes; what is still being erased is not.", now.available()));
            found.metricSnapshot(
                    amount("max_volume_size", "The largest volume that could be made now.", now.largest()));
        });
        return found.build();
    }

    private GaugeSnapshot amount(String name, String help, ByteSize size) {
        return GaugeSnapshot.builder()
                .name("pmem_amount_" + name)
                .help(help)
                .dataPoint(GaugeSnapshot.GaugeDataPointSnapshot.builder()
                        .labels(Labels.of("node", node, "driver_name", driver))
                        .value((double) size.bytes())
                        .build())
                .build();
    }

    private void volumes(VolumeReports reports, Supplier<Map<Finding, Long>> findings) {
        GaugeWithCallback.builder()
                .name("pmem_csi_volumes")
                .help("Volumes by state.")
                .labelNames("state")
                .callback(found -> looked(() -> reports.counts()
                        .forEach(
                                (state, count) -> found.call(count, state.name().toLowerCase(Locale.ROOT)))))
                .register(registry);
        GaugeWithCallback.builder()
                .name("pmem_csi_abnormal_volumes")
                .help(
                        "Volumes by what is wrong with them, such as DaxInactive, MediaError, DeviceLost, DeviceShrunk or DeviceUnusable.")
                .labelNames("reason", "severity")
                .callback(found -> looked(() -> findings.get()
                        .forEach((finding, count) -> found.call(
                                count,
                                finding.reason(),
                                finding.severity().name().toLowerCase(Locale.ROOT)))))
                .register(registry);
    }

    /** One figure that cannot be had does not keep the others from being told. */
    private static void looked(Runnable look) {
        try {
            look.run();
        } catch (StorageException e) {
            LOG.warn("a figure is missing in the metrics: {}", e.text());
        } catch (RuntimeException e) {
            LOG.error("a figure is missing in the metrics", e);
        }
    }
}
