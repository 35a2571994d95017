// SPDX-License-Identifier: Apache-2.0
package io.pmemcsi.test.cluster;

import static java.nio.charset.StandardCharsets.US_ASCII;

import io.pmemcsi.test.system.Eventually;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStreamWriter;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** A {@code kubectl port-forward} to memcached, and conversations through it. Ends when closed. */
final class PortForward implements AutoCloseable {
    private static final int PORT = 11211;
    private static final int TIMEOUT_MILLIS = 60_000;

    private final Process process;
    private final Path log;

    private PortForward(Process process, Path log) {
        this.process = process;
        this.log = log;
    }

    /** Runs a command that forwards memcached's port to the same one here. */
    static PortForward run(Cluster cluster, String command) {
        try {
            Path log = Files.createTempFile("port-forward", ".txt");
            Process process = cluster.shell(Path.of("."), "exec " + command)
                    .redirectErrorStream(true)
                    .redirectOutput(log.toFile())
                    .start();
            PortForward forward = new PortForward(process, log);
            try {
                Eventually.holds(command, forward::isReady);
                return forward;
            } catch (AssertionError e) {
                forward.close();
                throw e;
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private boolean isReady() {
        if (!process.isAlive()) {
            throw new AssertionError("port-forward has ended: " + output());
        }
        return output().contains("Forwarding from 127.0.0.1:" + PORT);
    }

    private String output() {
        try {
            return Files.readString(log);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** All that memcached answers to these lines and {@code quit}. */
    List<String> talk(String... lines) {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), PORT);
                Writer to = new OutputStreamWriter(socket.getOutputStream(), US_ASCII);
                BufferedReader from = new BufferedReader(new InputStreamReader(socket.getInputStream(), US_ASCII))) {
            socket.setSoTimeout(TIMEOUT_MILLIS);
            List<String> all = new ArrayList<>(List.of(lines));
            all.add("quit");
            for (String line : all) {
                to.write(line + "\r\n");
            }
            to.flush();
            return from.readAllLines();
        } catch (IOException e) {
            throw new UncheckedIOException(output(), e);
        }
    }

    @Override
    public void close() {
        process.destroy();
        process.onExit().join();
        try {
            Files.delete(log);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
