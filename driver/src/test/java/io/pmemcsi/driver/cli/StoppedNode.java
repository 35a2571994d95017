// SPDX-License-Identifier: Apache-2.0
package io.pmemcsi.driver.cli;

import io.pmemcsi.driver.config.Surroundings;
import io.pmemcsi.driver.server.Running;
import java.io.PrintStream;
import java.util.Map;

/** A process that runs {@code pmem-csi node} with parts that only say when they start and stop. */
final class StoppedNode {
    private StoppedNode() {}

    // The argument says how the last part stops: well or badly; or never, for a start that fails.
    public static void main(String[] args) {
        NodeCommand.Starter starter = config -> {
            Running parts = new Running();
            parts.add(() -> say("first part stopped"));
            parts.add(() -> {
                say("second part stopped");
                if (args[0].equals("badly")) {
                    throw new IllegalStateException("it hurts");
                }
            });
            if (args[0].equals("never")) {
                throw new UnsatisfiedLinkError("no library");
            }
            say("started");
            return new RunningDriver(parts);
        };
        System.exit(CommandTree.create(new Surroundings(Map.of(), "host-1"), starter)
                .execute("node", "--device-mode", "memory"));
    }

    private static void say(String text) {
        PrintStream out = System.out;
        out.println(text);
        out.flush();
    }
}
