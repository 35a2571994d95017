// SPDX-License-Identifier: Apache-2.0
package io.pmemcsi.driver.csi;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import csi.v1.NodeGrpc;
import csi.v1.NodeStageVolumeRequest;
import csi.v1.NodeStageVolumeResponse;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.ServerCall;
import io.grpc.Status;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.ResourceLock;

@ResourceLock("logging")
final class ErrorInterceptorTest {
    private final List<Status.Code> answers = new ArrayList<>();
    private final LogCapture log = LogCapture.start();

    @AfterEach
    void stop() {
        log.close();
    }

    private void fail(boolean cancelled) {
        new ErrorInterceptor()
                .interceptCall(new Call(cancelled), new Metadata(), (_, _) -> new ServerCall.Listener<>() {
                    @Override
                    public void onHalfClose() {
                        throw new IllegalStateException("call is closed");
                    }
                })
                .onHalfClose();
    }

    @Test
    void a_call_that_its_caller_has_given_up_is_no_error_of_the_driver() {
        fail(true);
        assertThat(answers).isEmpty();
        assertThat(log.events(Level.ERROR)).isEmpty();
        assertThat(log.events(Level.INFO))
                .singleElement()
                .satisfies(event -> assertThat(event.getFormattedMessage()).contains("given up"));
    }

    @Test
    void the_same_failure_is_one_while_the_caller_waits() {
        fail(false);
        assertThat(answers).containsExactly(Status.Code.INTERNAL);
        assertThat(log.events(Level.ERROR)).hasSize(1);
    }

    private final class Call extends ServerCall<NodeStageVolumeRequest, NodeStageVolumeResponse> {
        private final boolean cancelled;

        Call(boolean cancelled) {
            this.cancelled = cancelled;
        }

        @Override
        public boolean isCancelled() {
            return cancelled;
        }

        @Override
        public void close(Status status, Metadata trailers) {
            answers.add(status.getCode());
        }

        @Override
        public void request(int numMessages) {}

        @Override
        public void sendHeaders(Metadata headers) {}

        @Override
        public void sendMessage(NodeStageVolumeResponse message) {}

        @Override
        public MethodDescriptor<NodeStageVolumeRequest, NodeStageVolumeResponse> getMethodDescriptor() {
            return NodeGrpc.getNodeStageVolumeMethod();
        }
    }
}
