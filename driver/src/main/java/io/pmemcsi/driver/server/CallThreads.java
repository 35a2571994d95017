// SPDX-License-Identifier: Apache-2.0
package io.pmemcsi.driver.server;

import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.ServerCallExecutorSupplier;
import java.time.Duration;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;

/**
 * The threads that calls run on: a fixed number of platform threads, because the work is native and slow, and one more
 * for the Identity service, so that Probe is answered however busy the others are.
 */
final class CallThreads implements ServerCallExecutorSupplier {
    private static final String QUICK_SERVICE = "csi.v1.Identity";

    private final ExecutorService workers;
    private final ExecutorService quick;

    CallThreads(String name, int count) {
        workers = Executors.newFixedThreadPool(
                count, Thread.ofPlatform().name(name + "-rpc-", 1).daemon().factory());
        quick = Executors.newSingleThreadExecutor(
                Thread.ofPlatform().name(name + "-identity").daemon().factory());
    }

    @Override
    public <Q, A> Executor getExecutor(ServerCall<Q, A> call, Metadata metadata) {
        return QUICK_SERVICE.equals(call.getMethodDescriptor().getServiceName()) ? quick : workers;
    }

    void stop(Duration patience) throws InterruptedException {
        workers.shutdownNow();
        quick.shutdownNow();
        if (!workers.awaitTermination(patience.toMillis(), TimeUnit.MILLISECONDS)) {
            throw new IllegalStateException("a call did not stop within " + patience.toSeconds() + " s");
        }
    }
}
