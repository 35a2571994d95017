// SPDX-License-Identifier: Apache-2.0
package io.pmemcsi.driver.csi;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import csi.v1.ControllerGrpc;
import csi.v1.IdentityGrpc;
import csi.v1.NodeGrpc;
import io.grpc.ManagedChannel;
import io.grpc.Server;
import io.grpc.ServerInterceptors;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.inprocess.InProcessChannelBuilder;
import io.grpc.inprocess.InProcessServerBuilder;
import io.pmemcsi.driver.volume.Planning;
import io.pmemcsi.driver.volume.TestNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import org.assertj.core.api.AbstractStringAssert;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import pmemcsi.v1.PlanningGrpc;

/** All CSI services with their interceptors in a real gRPC server, over a node in memory. */
final class InProcessCsi implements AutoCloseable {
    static final NodeIdentity IDENTITY = new NodeIdentity("pmem-csi.example.org", "1.2.3", "node-1", true);

    private final TestNode node;
    private final Server server;
    private final ManagedChannel channel;

    private InProcessCsi(TestNode node, boolean expandable) {
        this.node = node;
        NodeIdentity identity =
                new NodeIdentity(IDENTITY.driverName(), IDENTITY.version(), IDENTITY.nodeId(), expandable);
        String name = InProcessServerBuilder.generateName();
        var builder = InProcessServerBuilder.forName(name).directExecutor();
        List.of(
                        new IdentityService(identity),
                        new ControllerService(identity, node.provisioning(), node.reports()),
                        new PlanningService(identity, new Planning(node.devices(), node.fileSystems())),
                        new NodeService(identity, node.publishing(), node.inline(), node.reports()))
                .forEach(service -> builder.addService(ServerInterceptors.interceptForward(
                        service, new CallLogging((_, _, _) -> {}), new ErrorInterceptor())));
        try {
            this.server = builder.build().start();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        this.channel = InProcessChannelBuilder.forName(name).directExecutor().build();
    }

    static InProcessCsi start() {
        return start(TestNode.Setup.DEFAULT);
    }

    static InProcessCsi start(TestNode.Setup setup) {
        return new InProcessCsi(TestNode.start(setup), setup.traits().expandable());
    }

    TestNode node() {
        return node;
    }

    IdentityGrpc.IdentityBlockingStub identity() {
        return IdentityGrpc.newBlockingStub(channel);
    }

    ControllerGrpc.ControllerBlockingStub controller() {
        return ControllerGrpc.newBlockingStub(channel);
    }

    PlanningGrpc.PlanningBlockingStub planning() {
        return PlanningGrpc.newBlockingStub(channel);
    }

    NodeGrpc.NodeBlockingStub nodeService() {
        return NodeGrpc.newBlockingStub(channel);
    }

    /** Asserts that the call is answered with this code, and goes on with the text for the caller. */
    static AbstractStringAssert<?> assertRefused(Status.Code code, ThrowingCallable call) {
        StatusRuntimeException failure = catchThrowableOfType(StatusRuntimeException.class, call);
        assertThat(failure).as("a failure with %s", code).isNotNull();
        assertThat(failure.getStatus().getCode())
                .as(String.valueOf(failure.getStatus().getDescription()))
                .isEqualTo(code);
        return assertThat(failure.getStatus().getDescription());
    }

    @Override
    public void close() {
        channel.shutdownNow();
        server.shutdownNow();
        node.close();
    }
}
