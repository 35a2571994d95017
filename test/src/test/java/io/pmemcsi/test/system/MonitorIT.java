// SPDX-License-Identifier: Apache-2.0
package io.pmemcsi.test.system;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Metrics and health of a real driver, as Prometheus and the kubelet see them. */
final class MonitorIT {
    @RegisterExtension
    final DriverProcess driver = new DriverProcess();

    private final int port = freePort();

    private static int freePort() {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    private HttpResponse<String> get(String page) {
        try (HttpClient client = HttpClient.newHttpClient()) {
            URI uri = URI.create("http://127.0.0.1:" + port + page);
            return client.send(HttpRequest.newBuilder(uri).build(), HttpResponse.BodyHandlers.ofString());
        } catch (IOException e) {
            throw new AssertionError(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError(e);
        }
    }

    /** The value of a metric; labels are part of its name. */
    private double metric(String name) {
        return get("/metrics")
                .body()
                .lines()
                .filter(line -> line.startsWith(name + " "))
                .mapToDouble(line -> Double.parseDouble(line.substring(name.length() + 1)))
                .findFirst()
                .orElseThrow(() -> new AssertionError("no metric " + name));
    }

    @Test
    void metrics_follow_what_the_driver_does() {
        driver.start("--metrics-listen", "127.0.0.1:" + port);
        assertThat(get("/startedz").body()).isEqualTo("ok\n");
        assertThat(get("/readyz").body()).isEqualTo("ok\n");
        assertThat(get("/healthz").body()).isEqualTo("ok\n");
        String labels = "{driver_name=\"pmem-csi.intel.com\",node=\"it\"}";
        assertThat(metric("pmem_amount_managed" + labels)).isEqualTo(DriverProcess.CAPACITY);

        Orchestrator kubelet = new Orchestrator(driver);
        String id = kubelet.create("watched", 64 * DriverProcess.MIB, Requests.EXT4, Map.of());
        kubelet.stage(id, Requests.EXT4);
        assertThat(metric("pmem_csi_volumes{state=\"ready\"}")).isEqualTo(1);
        // What the devices tell may be a second old.
        Eventually.holds(
                "the volume's caveat is told",
                () -> get("/metrics")
                        .body()
                        .contains("pmem_csi_abnormal_volumes{reason=\"NotPersistentMemory\",severity=\"degraded\"} 1"));
        Eventually.holds(
                "the volume takes space",
                () -> metric("pmem_amount_available" + labels) <= DriverProcess.CAPACITY - 64.0 * DriverProcess.MIB);
        kubelet.unstage(id);
        kubelet.delete(id);
        Eventually.holds("the volume is erased", () -> metric("pmem_csi_volumes{state=\"deleting\"}") == 0);
        assertThat(metric("pmem_csi_erased_bytes_total")).isEqualTo(64.0 * DriverProcess.MIB);
        assertThat(metric("pmem_csi_erase_backlog_bytes")).isZero();
        assertThat(metric("csi_plugin_operations_seconds_count{driver_name=\"pmem-csi.intel.com\","
                        + "grpc_status_code=\"OK\",method_name=\"/csi.v1.Node/NodeStageVolume\"}"))
                .isEqualTo(1);
        driver.stop();
    }

    /** But for one name that the archived driver has given. */
    @Test
    void prometheus_finds_nothing_wrong_with_the_metrics() throws IOException {
        driver.start("--metrics-listen", "127.0.0.1:" + port);
        Path metrics = driver.directory().resolve("metrics.txt");
        Files.writeString(metrics, get("/metrics").body());
        assertThat(Commands.run("sh", "-c", "promtool check metrics <" + metrics + " || test $? = 3"))
                .isEqualTo("pmem_amount_total non-counter metrics should not have \"_total\" suffix");
        driver.stop();
    }
}
