// SPDX-License-Identifier: Apache-2.0
package io.pmemcsi.driver.cli;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;

/** Takes back, when it is closed, what a command has done before it failed: the last step first, and up to one that fails. */
final class Undoing implements AutoCloseable {
    private final Deque<Step> steps = new ArrayDeque<>();

    /** Takes back one step. */
    @FunctionalInterface
    interface Step {
        void run() throws IOException;
    }

    void by(Step step) {
        steps.push(step);
    }

    /** Will remove these directories, in this order and as far as they are empty. */
    void remove(List<Path> made) {
        by(() -> Kubelet.remove(made));
    }

    /** All is done: nothing is to be taken back. */
    void nothing() {
        steps.clear();
    }

    @Override
    public void close() throws IOException {
        while (!steps.isEmpty()) {
            steps.pop().run();
        }
    }
}
