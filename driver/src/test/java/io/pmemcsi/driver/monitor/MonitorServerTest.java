// SPDX-License-Identifier: Apache-2.0
package io.pmemcsi.driver.monitor;

import static org.assertj.core.api.Assertions.assertThat;

import io.prometheus.metrics.core.metrics.GaugeWithCallback;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

final class MonitorServerTest {
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private final Metrics metrics = new Metrics("driver.example", "node-7", "1.2.3");
    private final HttpClient client = HttpClient.newHttpClient();
    private final Deque<Socket> connections = new ArrayDeque<>();

    @SuppressWarnings("NullAway.Init") // Set before each test.
    private MonitorServer server;

    @BeforeEach
    void start() throws IOException {
        server = MonitorServer.start(
                new InetSocketAddress(InetAddress.getLoopbackAddress(), 0),
                metrics,
                new Readiness(Path.of("/no/such.sock")));
    }

    @AfterEach
    void stop() throws IOException {
        for (Socket connection : connections) {
            connection.close();
        }
        client.close();
        server.close();
    }

    private HttpRequest request(String page) {
        return HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + server.port() + page))
                .timeout(PATIENCE)
                .build();
    }

    private HttpResponse<String> get(String page) throws Exception {
        return client.send(request(page), HttpResponse.BodyHandlers.ofString());
    }

    private Socket connect() throws IOException {
        Socket connection = new Socket(InetAddress.getLoopbackAddress(), server.port());
        connections.add(connection);
        connection.setSoTimeout((int) PATIENCE.toMillis());
        return connection;
    }

    @Test
    void more_scrapes_than_a_few_at_once_are_refused_at_once() throws Exception {
        CountDownLatch looking = new CountDownLatch(MonitorServer.AT_ONCE);
        CountDownLatch goOn = new CountDownLatch(1);
        GaugeWithCallback.builder()
                .name("slow")
                .callback(found -> {
                    looking.countDown();
                    await(goOn);
                    found.call(1);
                })
                .register(metrics.registry());
        List<CompletableFuture<HttpResponse<String>>> slow = new ArrayList<>();
        for (int asked = 0; asked < MonitorServer.AT_ONCE; asked++) {
            slow.add(client.sendAsync(request("/metrics"), HttpResponse.BodyHandlers.ofString()));
        }
        try {
            await(looking);
            for (int asked = 0; asked < 3 * MonitorServer.AT_ONCE; asked++) {
                HttpResponse<String> refused = get("/metrics");
                assertThat(refused.statusCode()).isEqualTo(503);
                assertThat(refused.body()).contains("busy").hasLineCount(1);
            }
            assertThat(get("/healthz").body()).isEqualTo("ok\n");
            assertThat(get("/readyz").body()).contains("starting");
        } finally {
            goOn.countDown();
        }
        for (CompletableFuture<HttpResponse<String>> answer : slow) {
            assertThat(answer.get(PATIENCE.toSeconds(), TimeUnit.SECONDS).body())
                    .contains("slow 1");
        }
        assertThat(get("/metrics").statusCode()).isEqualTo(200);
    }

    private static void await(CountDownLatch latch) {
        try {
            assertThat(latch.await(PATIENCE.toSeconds(), TimeUnit.SECONDS)).isTrue();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError(e);
        }
    }

    @Test
    void clients_that_send_nothing_or_half_a_request_do_not_keep_others_out() throws Exception {
        for (int silent = 0; silent < MonitorServer.CONNECTIONS / 2 - 1; silent++) {
            var _ = connect();
            connect().getOutputStream().write("GET /met".getBytes(StandardCharsets.US_ASCII));
        }
        assertThat(get("/metrics").statusCode()).isEqualTo(200);
    }

    @Test
    void more_connections_than_the_limit_are_closed_as_they_come() throws IOException {
        for (int open = 0; open < MonitorServer.CONNECTIONS; open++) {
            var _ = connect();
        }
        assertThat(isClosedByServer(connect())).isTrue();
    }

    private static boolean isClosedByServer(Socket connection) throws IOException {
        try {
            return connection.getInputStream().read() == -1;
        } catch (SocketException e) {
            return true; // A reset; a timeout would be another exception.
        }
    }

    @Test
    void an_address_is_told_as_it_is_asked_for() {
        assertThat(MonitorServer.notation(new InetSocketAddress(10010))).isEqualTo(":10010");
        assertThat(MonitorServer.notation(new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), 1)))
                .isEqualTo("127.0.0.1:1");
        assertThat(MonitorServer.notation(new InetSocketAddress(InetAddress.ofLiteral("fd00::1"), 2)))
                .isEqualTo("[fd00:0:0:0:0:0:0:1]:2");
        assertThat(MonitorServer.notation(InetSocketAddress.createUnresolved("no.such.host", 3)))
                .isEqualTo("no.such.host:3");
    }
}
