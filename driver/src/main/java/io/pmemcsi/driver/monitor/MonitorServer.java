// SPDX-License-Identifier: Apache-2.0
package io.pmemcsi.driver.monitor;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpHandler;
import com.sun.net.httpserver.HttpServer;
import io.prometheus.metrics.exporter.httpserver.MetricsHandler;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Serves {@code /metrics} to Prometheus, and {@code /startedz}, {@code /readyz} and {@code /healthz} to the kubelet's probes, over HTTP
 * and without access control. A probe is answered with 200 and "ok", or with 503 and the reason. Anything else is 404, and other methods than
 * GET and HEAD are 405.
 *
 * <p>Whoever reaches the port must not be able to use up the driver's memory: of what costs something a few requests are answered
 * at once and others get 503, connections are limited in number, and slow or silent clients are cut off.
 */
final class MonitorServer implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(MonitorServer.class);
    /** How many requests for the same page are answered at once. */
    static final int AT_ONCE = 4;

    /** How many connections there are at once; more are closed as they come. */
    static final int CONNECTIONS = 64;

    /**
     * Limits of the JDK's server, which reads them once in the life of the process: times in seconds, sizes in bytes. By them the
     * buffers and headers of all connections together stay within a few MiB.
     */
    private static final Map<String, Integer> LIMITS = Map.of(
            "jdk.httpserver.maxConnections", CONNECTIONS,
            "sun.net.httpserver.maxReqTime", 5,
            "sun.net.httpserver.maxRspTime", 30,
            "sun.net.httpserver.idleInterval", 30,
            "sun.net.httpserver.maxReqHeaders", 50,
            "sun.net.httpserver.maxReqHeaderSize", 16 * 1024);

    private static final String PAGES = "there are /metrics, /startedz, /readyz and /healthz";
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
        LIMITS.forEach(MonitorServer::limit);
        HttpServer server;
        try {
            server = HttpServer.create(address, 0);
        } catch (IOException e) {
            throw new IOException("cannot listen on " + notation(address) + " for metrics: " + e.getMessage(), e);
        }
        ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
        server.setExecutor(threads);
        server.createContext("/", page("/", () -> new Answer(NOT_FOUND, PAGES)));
        // Never refused: the kubelet would end the driver.
        server.createContext("/startedz", page("/startedz", () -> probe(readiness::starting)));
        server.createContext("/healthz", page("/healthz", () -> probe(readiness::sick)));
        server.createContext("/readyz", few(page("/readyz", () -> probe(readiness::notReady))));
        server.createContext("/metrics", only("/metrics", few(new MetricsHandler(metrics.registry()))));
        server.start();
        LOG.atInfo()
                .addKeyValue("address", notation(address))
                .addKeyValue("port", server.getAddress().getPort())
                .log("metrics and health over HTTP");
        return new MonitorServer(server, threads);
    }

    /** What is set already stays: an administrator may know better. */
    private static void limit(String property, int value) {
        if (System.getProperty(property) == null) {
            System.setProperty(property, String.valueOf(value));
        }
    }

    /** An address as it is asked for: {@code :PORT} for all addresses of the machine. */
    static String notation(InetSocketAddress address) {
        if (!address.isUnresolved() && address.getAddress().isAnyLocalAddress()) {
            return ":" + address.getPort();
        }
        String host = address.getHostString();
        return (host.contains(":") ? "[" + host + "]" : host) + ":" + address.getPort();
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

    private static HttpHandler page(String path, Supplier<Answer> content) {
        return only(path, exchange -> send(exchange, content.get()));
    }

    /** A context of the server gets every path that begins as its own: the others are not served. */
    private static HttpHandler only(String path, HttpHandler handler) {
        return exchange -> {
            String asked = exchange.getRequestURI().getPath();
            if (!isRead(exchange)) {
                send(exchange, new Answer(METHOD_NOT_ALLOWED, "only GET"));
            } else if (!asked.equals(path)) {
                send(exchange, new Answer(NOT_FOUND, PAGES));
            } else {
                handler.handle(exchange);
            }
        };
    }

    /** Refuses requests while {@link #AT_ONCE} others are answered; waiting would cost a thread and its buffers. */
    private static HttpHandler few(HttpHandler handler) {
        Semaphore places = new Semaphore(AT_ONCE);
        return exchange -> {
            if (!places.tryAcquire()) {
                send(exchange, new Answer(UNAVAILABLE, "busy: " + AT_ONCE + " such requests are being answered"));
                return;
            }
            try {
                handler.handle(exchange);
            } finally {
                places.release();
            }
        };
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
