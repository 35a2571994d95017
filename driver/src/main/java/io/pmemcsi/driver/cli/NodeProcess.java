// SPDX-License-Identifier: Apache-2.0
package io.pmemcsi.driver.cli;

import io.pmemcsi.driver.config.DriverConfig;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.IntConsumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs the driver until the process is told to end. The Java runtime answers SIGTERM by running shutdown hooks and then
 * exiting with 143, whatever they did. The hook here therefore stops the driver and ends the process itself, with the
 * code that tells whether the stop was clean.
 */
final class NodeProcess {
    private static final Logger LOG = LoggerFactory.getLogger(NodeProcess.class);
    private static final int START_PATIENCE_SECONDS = 10;
    private static final int DONE = 0;
    private static final int FAILED = 1;

    private final NodeCommand.Starter starter;
    private final IntConsumer halt;

    /** @param halt ends the process at once with an exit code */
    NodeProcess(NodeCommand.Starter starter, IntConsumer halt) {
        this.starter = starter;
        this.halt = halt;
    }

    /** Returns the exit code when the driver stops by itself; after a signal the hook decides. */
    int run(DriverConfig config) throws Exception {
        CompletableFuture<RunningDriver> started = new CompletableFuture<>();
        Thread hook = new Thread(() -> halt.accept(stop(started)), "stop");
        Runtime.getRuntime().addShutdownHook(hook);
        try {
            RunningDriver driver = starter.start(config);
            started.complete(driver);
            driver.awaitStop();
        } catch (Throwable e) {
            started.completeExceptionally(e);
            withdraw(hook);
            throw e;
        }
        return withdraw(hook) ? stop(started) : DONE;
    }

    /** A signal during the start waits for its end, for a while; what is unfinished then is resumed at the next start. */
    static int stop(CompletableFuture<RunningDriver> started) {
        try {
            started.get(START_PATIENCE_SECONDS, TimeUnit.SECONDS).close();
            LOG.info("stopped");
            return DONE;
        } catch (ExecutionException e) {
            LOG.atDebug().setCause(e).log("stopped while the start failed");
        } catch (TimeoutException e) {
            LOG.warn("stopped during the start");
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (Exception e) {
            LOG.atError().setCause(e).log("the stop was not clean");
        }
        return FAILED;
    }

    /** Whether the hook will not run; it is too late to withdraw it when the process is already ending. */
    private static boolean withdraw(Thread hook) {
        try {
            return Runtime.getRuntime().removeShutdownHook(hook);
        } catch (IllegalStateException e) {
            return false;
        }
    }
}
