// SPDX-License-Identifier: Apache-2.0
package io.pmemcsi.driver.monitor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.pmemcsi.driver.device.DeviceRequest;
import io.pmemcsi.driver.device.memory.MemoryDeviceManager;
import io.pmemcsi.driver.domain.ByteSize;
import io.pmemcsi.driver.domain.SizeRange;
import io.pmemcsi.driver.domain.Usage;
import io.pmemcsi.driver.domain.VolumeId;
import io.pmemcsi.driver.mount.TargetRules;
import io.pmemcsi.driver.mount.memory.MemoryFileSystems;
import io.pmemcsi.driver.mount.memory.MemoryMounter;
import io.pmemcsi.driver.state.memory.MemoryVolumeStore;
import io.pmemcsi.driver.volume.Eraser;
import io.pmemcsi.driver.volume.VolumeReports;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardProtocolFamily;
import java.net.URI;
import java.net.UnixDomainSocketAddress;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.channels.ServerSocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class MonitorTest {
    private final AtomicLong clock = new AtomicLong();
    private final HttpClient client = HttpClient.newHttpClient();
    private final MemoryDeviceManager devices = new MemoryDeviceManager(ByteSize.mebibytes(64));
    private final MemoryVolumeStore store = new MemoryVolumeStore();
    private final Eraser eraser = new Eraser(store, devices, Optional.empty());

    @TempDir
    @SuppressWarnings("NullAway.Init")
    private Path directory;

    @SuppressWarnings("NullAway.Init") // Set before each test.
    private Monitor monitor;

    @BeforeEach
    void start() throws IOException {
        monitor = Monitor.start(
                anyPort(), new Monitor.Subject("driver.example", "node-7", "1.2.3", socket()), clock::get);
    }

    @AfterEach
    void stop() {
        monitor.close();
        eraser.close();
        client.close();
    }

    private static InetSocketAddress anyPort() {
        return new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
    }

    private Path socket() {
        return directory.resolve("csi.sock");
    }

    private void ready() {
        MemoryFileSystems fileSystems = new MemoryFileSystems();
        var mounter = MemoryMounter.withRealTargets(
                new TargetRules(List.of(directory)),
                fileSystems,
                devices.traits().dax());
        monitor.ready(new VolumeReports(store, devices, mounter), eraser);
    }

    private HttpResponse<String> ask(String method, String path) throws Exception {
        URI uri = URI.create("http://127.0.0.1:" + monitor.port() + path);
        HttpRequest request = HttpRequest.newBuilder(uri)
                .method(method, HttpRequest.BodyPublishers.noBody())
                .build();
        return client.send(request, HttpResponse.BodyHandlers.ofString());
    }

    private String metrics() throws Exception {
        HttpResponse<String> answer = ask("GET", "/metrics");
        assertThat(answer.statusCode()).isEqualTo(200);
        return answer.body();
    }

    @Test
    void a_starting_driver_is_healthy_and_neither_started_nor_ready() throws Exception {
        assertThat(ask("GET", "/healthz").statusCode()).isEqualTo(200);
        for (String page : List.of("/startedz", "/readyz")) {
            HttpResponse<String> answer = ask("GET", page);
            assertThat(answer.statusCode()).as(page).isEqualTo(503);
            assertThat(answer.body()).as(page).contains("starting");
        }
    }

    @Test
    void a_driver_that_answers_is_healthy_and_ready() throws Exception {
        try (var listening = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
            var _ = listening.bind(UnixDomainSocketAddress.of(socket()));
            ready();
            assertThat(ask("GET", "/startedz").body()).isEqualTo("ok\n");
            assertThat(ask("GET", "/healthz").body()).isEqualTo("ok\n");
            assertThat(ask("GET", "/readyz").body()).isEqualTo("ok\n");
        }
    }

    @Test
    void a_driver_whose_socket_is_gone_has_started_but_is_sick_and_says_so() throws Exception {
        ready();
        assertThat(ask("GET", "/startedz").body()).isEqualTo("ok\n");
        for (String page : List.of("/healthz", "/readyz")) {
            HttpResponse<String> answer = ask("GET", page);
            assertThat(answer.statusCode()).isEqualTo(503);
            assertThat(answer.body()).contains(socket().toString());
        }
    }

    @Test
    void metrics_have_the_names_of_the_archived_driver() throws Exception {
        ready();
        monitor.callEnded("csi.v1.Controller/CreateVolume", "OK", Duration.ofMillis(300));
        assertThat(metrics())
                .contains("build_info{version=\"1.2.3\"} 1\n")
                .contains("pmem_amount_total{driver_name=\"driver.example\",node=\"node-7\"} 6.7108864E7\n")
                .contains("pmem_amount_managed{", "pmem_amount_available{", "pmem_amount_max_volume_size{")
                .contains("csi_plugin_operations_seconds_count{driver_name=\"driver.example\",grpc_status_code=\"OK\","
                        + "method_name=\"/csi.v1.Controller/CreateVolume\"} 1\n")
                .contains("method_name=\"/csi.v1.Controller/CreateVolume\",le=\"0.25\"} 0\n")
                .contains("method_name=\"/csi.v1.Controller/CreateVolume\",le=\"0.5\"} 1\n");
    }

    @Test
    void metrics_tell_of_volumes_and_erasing() throws Exception {
        ready();
        assertThat(metrics())
                .contains("pmem_csi_volumes{state=\"ready\"} 0.0\n", "pmem_csi_volumes{state=\"deleting\"} 0.0\n")
                .contains("pmem_csi_erase_backlog_bytes 0.0\n", "pmem_csi_erased_bytes_total 0.0\n");
    }

    @Test
    void scrapes_that_follow_each_other_closely_do_not_look_at_the_devices_again() throws Exception {
        ready();
        String untouched = "pmem_amount_available{driver_name=\"driver.example\",node=\"node-7\"} 6.7108864E7\n";
        assertThat(metrics()).contains(untouched);
        ByteSize size = ByteSize.mebibytes(16);
        var _ = devices.create(
                VolumeId.ofName("v"), new DeviceRequest(new SizeRange(size, Optional.empty()), size, Usage.APP_DIRECT));
        clock.addAndGet(Recent.KEPT.toNanos() - 1);
        assertThat(metrics()).contains(untouched);
        clock.incrementAndGet();
        assertThat(metrics()).doesNotContain(untouched);
    }

    @Test
    void other_pages_and_methods_are_refused() throws Exception {
        for (String page :
                List.of("/", "/healthz/more", "/metric", "/metricsfoo", "/metrics/", "/metrics/x", "/readyzz")) {
            assertThat(ask("GET", page).statusCode()).as(page).isEqualTo(404);
        }
        for (String page : List.of("/metrics", "/startedz", "/healthz", "/readyz")) {
            assertThat(ask("POST", page).statusCode()).as(page).isEqualTo(405);
            assertThat(ask("HEAD", page).body()).as(page).isEmpty();
        }
    }

    @Test
    void an_address_in_use_is_named() {
        var taken = new InetSocketAddress(InetAddress.getLoopbackAddress(), monitor.port());
        assertThatExceptionOfType(IOException.class)
                .isThrownBy(() -> {
                    try (Monitor second =
                            Monitor.start(taken, new Monitor.Subject("driver.example", "node-7", "1.2.3", socket()))) {
                        throw new AssertionError("listens twice on " + second.port());
                    }
                })
                .withMessageContaining(String.valueOf(monitor.port()));
        assertThat(Files.exists(socket())).isFalse();
    }
}
