// SPDX-License-Identifier: Apache-2.0
package io.pmemcsi.test.system;

import java.io.IOException;
import java.nio.charset.StandardCharsets;

/** Runs the tools of the system, whose word tests take for what the driver has done. */
public final class Commands {
    private Commands() {}

    /** What the command has printed; its failure is the test's. */
    public static String run(String... command) {
        try {
            Process process =
                    new ProcessBuilder(command).redirectErrorStream(true).start();
            String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
            if (process.waitFor() != 0) {
                throw new AssertionError(String.join(" ", command) + ": " + output);
            }
            return output;
        } catch (IOException e) {
            throw new AssertionError(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError(e);
        }
    }
}
