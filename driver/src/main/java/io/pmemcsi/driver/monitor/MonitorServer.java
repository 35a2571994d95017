// SPDX-License-Identifier: Apache-2.0
package io.pmemcsi.driver.monitor;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpHandler;
import com.sun.net.httpserver.HttpServer;
import io.prometheus.metrics.exporter.httpserver.MetricsHandler;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Serves {@code /metrics} to Prometheus, and {@code /healthz} and {@code /readyz} to the kubelet's probes, over HTTP and without
 * access control. A probe is answered with 200 and "ok", or with 503 and the reason. Anything else is 404, and other methods than
 * GET and HEAD are 405.
 */
final class MonitorServer implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(MonitorServer.class);
    private static final String PAGES = "there are /metrics, /healthz and /readyz";
    private static final int OK = 200;
    private static final int NOT_FOUND = 404;
    private static final int METHOD_NOT_ALLOWED = 405;
    private static final int UNAVAILABLE = 503;

    private final HttpServer server;
    private final ExecutorService threads;

    private MonitorServer(HttpServer server, ExecutorService threads) {
        this.server = server;
        this.threads = threads;
    }

    /**
     * Starts to serve.
     *
     * @throws IOException when the address cannot be had, with a message that names it
     */
    static MonitorServer start(InetSocketAddress address, Metrics metrics, Readiness readiness) throws IOException {
        HttpServer server;
        try {
            server = HttpServer.create(address, 0);
        } catch (IOException e) {
            throw new IOException("cannot listen on " + address + " for metrics: " + e.getMessage(), e);
        }
        ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
        server.setExecutor(threads);
        serve(server, "/", () -> new Answer(NOT_FOUND, PAGES));
        serve(server, "/healthz", () -> probe(readiness::sick));
        serve(server, "/readyz", () -> probe(readiness::notReady));
        HttpHandler scrape = new MetricsHandler(metrics.registry());
        server.createContext("/metrics", exchange -> {
            if (isRead(exchange)) {
                scrape.handle(exchange);
            } else {
                send(exchange, new Answer(METHOD_NOT_ALLOWED, "only GET"));
            }
        });
        server.start();
        LOG.atInfo()
                .addKeyValue("address", server.getAddress().getAddress().getHostAddress())
                .addKeyValue("port", server.getAddress().getPort())
                .log("metrics and health over HTTP");
        return new MonitorServer(server, threads);
    }

    /** The port that is listened on. */
    int port() {
        return server.getAddress().getPort();
    }

    @Override
    public void close() {
        server.stop(0);
        threads.shutdownNow();
    }

    private record Answer(int code, String text) {}

    private static Answer probe(Supplier<Optional<String>> trouble) {
        return trouble.get().map(reason -> new Answer(UNAVAILABLE, reason)).orElse(new Answer(OK, "ok"));
    }

    /** A context of the server also gets the paths below its own: those are not served. */
    private static void serve(HttpServer server, String path, Supplier<Answer> page) {
        server.createContext(path, exchange -> {
            String asked = exchange.getRequestURI().getPath();
            if (!isRead(exchange)) {
                send(exchange, new Answer(METHOD_NOT_ALLOWED, "only GET"));
            } else if (!asked.equals(path)) {
                send(exchange, new Answer(NOT_FOUND, PAGES));
            } else {
                send(exchange, page.get());
            }
        });
    }

    private static boolean isRead(HttpExchange exchange) {
        String method = exchange.getRequestMethod();
        return method.equals("GET") || method.equals("HEAD");
    }

    private static void send(HttpExchange exchange, Answer answer) throws IOException {
        byte[] body = (answer.text() + "\n").getBytes(StandardCharsets.UTF_8);
        exchange.getResponseHeaders().set("Content-Type", "text/plain; charset=utf-8");
        try (exchange) {
            if (exchange.getRequestMethod().equals("HEAD")) {
                exchange.sendResponseHeaders(answer.code(), -1);
            } else {
                exchange.sendResponseHeaders(answer.code(), body.length);
                exchange.getResponseBody().write(body);
            }
        }
    }
}
