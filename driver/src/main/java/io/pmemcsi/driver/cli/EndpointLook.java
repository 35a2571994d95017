// SPDX-License-Identifier: Apache-2.0
package io.pmemcsi.driver.cli;

import csi.v1.IdentityGrpc;
import csi.v1.ProbeRequest;
import csi.v1.ProbeResponse;
import io.grpc.StatusRuntimeException;
import io.pmemcsi.driver.config.Endpoint;
import io.pmemcsi.driver.doctor.Facts.EndpointState;
import java.io.IOException;
import java.net.ConnectException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** Looks who is at an endpoint. */
final class EndpointLook {
    private static final Duration PATIENCE = Duration.ofSeconds(5);
    private static final int TYPE = 0170000;
    private static final int SOCKET = 0140000;

    private EndpointLook() {}

    static EndpointState at(Endpoint endpoint) {
        try {
            return silent(endpoint.socket()).orElseGet(() -> answer(endpoint));
        } catch (IOException e) {
            return new EndpointState.Failing(String.valueOf(e.getMessage()));
        }
    }

    /** What is there when nobody listens. */
    private static Optional<EndpointState> silent(Path socket) throws IOException {
        try {
            if (!(Files.getAttribute(socket, "unix:mode", LinkOption.NOFOLLOW_LINKS) instanceof Integer mode)
                    || (mode & TYPE) != SOCKET) {
                return Optional.of(new EndpointState.NoSocket());
            }
        } catch (NoSuchFileException e) {
            return Optional.of(absent(socket));
        }
        try (SocketChannel channel = SocketChannel.open(StandardProtocolFamily.UNIX)) {
            channel.connect(UnixDomainSocketAddress.of(socket));
            return Optional.empty();
        } catch (ConnectException e) {
            return Optional.of(new EndpointState.Abandoned());
        }
    }

    /** There may never be a socket where a file is in the place of a directory. */
    private static EndpointState absent(Path socket) {
        return Stream.iterate(socket, step -> step != null, Path::getParent)
                .filter(Files::exists)
                .findFirst()
                .filter(nearest -> !Files.isDirectory(nearest))
                .<EndpointState>map(file -> new EndpointState.Failing(file + " is not a directory"))
                .orElseGet(EndpointState.Absent::new);
    }

    private static EndpointState answer(Endpoint endpoint) {
        try (CsiClient csi = CsiClient.of(endpoint, PATIENCE)) {
            ProbeResponse probe = IdentityGrpc.newBlockingStub(csi.node().getChannel())
                    .withDeadlineAfter(PATIENCE.toMillis(), TimeUnit.MILLISECONDS)
                    .probe(ProbeRequest.getDefaultInstance());
            // In CSI a driver that says nothing of this is ready.
            boolean ready = !probe.hasReady() || probe.getReady().getValue();
            return new EndpointState.Answering(csi.driverName(), ready);
        } catch (StatusRuntimeException e) {
            return new EndpointState.Failing(Failures.text(e.getStatus()));
        }
    }
}
