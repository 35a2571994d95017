// SPDX-License-Identifier: Apache-2.0
package io.pmemcsi.driver.csi;

import io.grpc.ForwardingServerCallListener.SimpleForwardingServerCallListener;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import io.grpc.Status;
import io.pmemcsi.driver.domain.Quoted;
import io.pmemcsi.driver.domain.StorageException;
import java.util.UUID;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Answers a call whose service method threw. A {@link StorageException} becomes its code with its message; anything else
 * becomes INTERNAL with a fixed text and an id under which the log has the details. Logs each failure once.
 */
public final class ErrorInterceptor implements ServerInterceptor {
    private static final Logger LOG = LoggerFactory.getLogger(ErrorInterceptor.class);

    @Override
    public <Q, R> ServerCall.Listener<Q> interceptCall(
            ServerCall<Q, R> call, Metadata headers, ServerCallHandler<Q, R> next) {
        return new SimpleForwardingServerCallListener<>(next.startCall(call, headers)) {
            @Override
            public void onHalfClose() {
                try {
                    super.onHalfClose();
                } catch (RuntimeException | LinkageError e) {
                    if (call.isCancelled()) {
                        LOG.info("the caller has given up before the call was done", e);
                    } else {
                        call.close(status(e), new Metadata());
                    }
                }
            }
        };
    }

    private static Status status(Throwable failure) {
        if (failure instanceof StorageException known) {
            Status.Code code = StatusMapping.code(known.kind());
            String text = Quoted.lines(known.text());
            log(code, text, known);
            return code.toStatus().withDescription(text);
        }
        String id = UUID.randomUUID().toString();
        LOG.atError().addKeyValue("error", id).setCause(failure).log("unexpected failure");
        return Status.INTERNAL.withDescription("unexpected failure; the driver's log has it as error " + id);
    }

    private static void log(Status.Code code, String text, StorageException failure) {
        if (code == Status.Code.INTERNAL) {
            LOG.atError().addKeyValue("code", code).setCause(failure).log("call failed: {}", text);
        } else {
            LOG.atInfo().addKeyValue("code", code).log("call refused: {}", text);
        }
    }
}
