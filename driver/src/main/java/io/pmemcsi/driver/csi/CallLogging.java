// SPDX-License-Identifier: Apache-2.0
package io.pmemcsi.driver.csi;

import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Message;
import io.grpc.ForwardingServerCallListener.SimpleForwardingServerCallListener;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import java.util.Optional;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.MDC;

/**
 * Puts the name of the RPC and the volume into the logging context of everything that a call does, and logs each call
 * with its duration at debug level. Of a request only the volume's id or name is ever logged: no secrets, no parameters.
 */
public final class CallLogging implements ServerInterceptor {
    private static final Logger LOG = LoggerFactory.getLogger(CallLogging.class);
    private static final String RPC = "rpc";
    private static final String VOLUME = "volume";
    private static final int SHOWN = 128;

    @Override
    public <Q, R> ServerCall.Listener<Q> interceptCall(
            ServerCall<Q, R> call, Metadata headers, ServerCallHandler<Q, R> next) {
        String rpc = Optional.ofNullable(call.getMethodDescriptor().getBareMethodName())
                .orElse("unknown");
        return new SimpleForwardingServerCallListener<>(next.startCall(call, headers)) {
            private Optional<String> volume = Optional.empty();

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
                    LOG.debug("call took {} ms", (System.nanoTime() - start) / 1_000_000);
                    MDC.remove(RPC);
                    MDC.remove(VOLUME);
                }
            }
        };
    }

    private static Optional<String> volumeOf(Message request) {
        return Stream.of("volume_id", "name")
                .map(request.getDescriptorForType()::findFieldByName)
                .filter(field -> field != null && field.getJavaType() == FieldDescriptor.JavaType.STRING)
                .map(field -> printable((String) request.getField(field)))
                .filter(text -> !text.isEmpty())
                .findFirst();
    }

    private static String printable(String text) {
        return text.substring(0, Math.min(SHOWN, text.length())).replaceAll("\\p{Cntrl}", "?");
    }
}
