// SPDX-License-Identifier: Apache-2.0
package io.pmemcsi.driver.csi;

import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Message;
import io.grpc.ForwardingServerCall.SimpleForwardingServerCall;
import io.grpc.ForwardingServerCallListener.SimpleForwardingServerCallListener;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import io.grpc.Status;
import io.pmemcsi.driver.domain.Quoted;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.MDC;
import org.slf4j.event.Level;

/**
 * Puts the name of the RPC and the volume into the logging context of everything that a call does, and logs each call
 * with its duration: a successful change of a volume at info level, all others at debug level (why a call failed is
 * logged by {@link ErrorInterceptor}). Of a request only the volume's id or name is ever logged: no secrets, no
 * parameters.
 */
public final class CallLogging implements ServerInterceptor {
    private static final Logger LOG = LoggerFactory.getLogger(CallLogging.class);
    private static final String RPC = "rpc";
    private static final String VOLUME = "volume";

    /** The calls that people look for in the log when they want to know what has happened to a volume. */
    private static final Set<String> CHANGES = Set.of(
            "CreateVolume",
            "DeleteVolume",
            "ControllerExpandVolume",
            "NodeStageVolume",
            "NodeUnstageVolume",
            "NodePublishVolume",
            "NodeUnpublishVolume",
            "NodeExpandVolume");

    private final CallObserver observer;

    /** @param observer is told of each call too */
    public CallLogging(CallObserver observer) {
        this.observer = observer;
    }

    @Override
    public <Q, R> ServerCall.Listener<Q> interceptCall(
            ServerCall<Q, R> call, Metadata headers, ServerCallHandler<Q, R> next) {
        String rpc = Optional.ofNullable(call.getMethodDescriptor().getBareMethodName())
                .orElse("unknown");
        Outcome<Q, R> outcome = new Outcome<>(call);
        return new Logged<>(next.startCall(outcome, headers), rpc, outcome, observer);
    }

    /** A call that remembers how it was answered. */
    private static final class Outcome<Q, R> extends SimpleForwardingServerCall<Q, R> {
        private static final String NONE = "none";
        private Optional<Status.Code> code = Optional.empty();

        Outcome(ServerCall<Q, R> call) {
            super(call);
        }

        @Override
        public void close(Status status, Metadata trailers) {
            code = Optional.of(status.getCode());
            super.close(status, trailers);
        }

        String code() {
            return code.map(Enum::name).orElse(NONE);
        }
    }

    /** Runs the call with its context, and logs how it went. */
    private static final class Logged<Q> extends SimpleForwardingServerCallListener<Q> {
        private final String rpc;
        private final Outcome<Q, ?> outcome;
        private final CallObserver observer;
        private Optional<String> volume = Optional.empty();

        Logged(ServerCall.Listener<Q> listener, String rpc, Outcome<Q, ?> outcome, CallObserver observer) {
            super(listener);
            this.rpc = rpc;
            this.outcome = outcome;
            this.observer = observer;
        }

        @Override
        public void onMessage(Q message) {
            volume = message instanceof Message request ? volumeOf(request) : Optional.empty();
            super.onMessage(message);
        }

        @Override
        public void onHalfClose() {
            MDC.put(RPC, rpc);
            volume.ifPresent(text -> MDC.put(VOLUME, text));
            long start = System.nanoTime();
            try {
                super.onHalfClose();
            } finally {
                Duration took = Duration.ofNanos(System.nanoTime() - start);
                log(took.toMillis());
                observer.ended(outcome.getMethodDescriptor().getFullMethodName(), outcome.code(), took);
                MDC.remove(RPC);
                MDC.remove(VOLUME);
            }
        }

        private void log(long milliseconds) {
            boolean change = CHANGES.contains(rpc) && outcome.code.equals(Optional.of(Status.Code.OK));
            LOG.atLevel(change ? Level.INFO : Level.DEBUG)
                    .addKeyValue("code", outcome.code())
                    .addKeyValue("ms", milliseconds)
                    .log("call done");
        }
    }

    private static Optional<String> volumeOf(Message request) {
        return Stream.of("volume_id", "name")
                .map(request.getDescriptorForType()::findFieldByName)
                .filter(field -> field != null && field.getJavaType() == FieldDescriptor.JavaType.STRING)
                .map(field -> Quoted.printable((String) request.getField(field)))
                .filter(text -> !text.isEmpty())
                .findFirst();
    }
}
