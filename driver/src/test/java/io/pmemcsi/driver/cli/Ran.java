// SPDX-License-Identifier: Apache-2.0
package io.pmemcsi.driver.cli;

import io.pmemcsi.driver.config.Surroundings;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.Map;

/**
 * What a command line did.
 *
 * @param code the exit code
 * @param out the standard output
 * @param err the standard error
 */
record Ran(int code, String out, String err) {
    static Ran pmemCsi(NodeCommand.Starter starter, String... args) {
        StringWriter out = new StringWriter();
        StringWriter err = new StringWriter();
        int code = CommandTree.create(new Surroundings(Map.of(), "host-1"), starter)
                .setOut(new PrintWriter(out))
                .setErr(new PrintWriter(err))
                .execute(args);
        return new Ran(code, out.toString(), err.toString());
    }

    static Ran pmemCsi(String... args) {
        return pmemCsi(
                config -> {
                    throw new CommandFailure("not in this test");
                },
                args);
    }
}
