// SPDX-License-Identifier: Apache-2.0
package io.pmemcsi.driver.cli;

import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;

/** The program. The only place that ends the process. */
public final class Main {
    private Main() {}

    public static void main(String[] args) {
        int code = CommandTree.create(Host.surroundings(), Wiring::start)
                .setOut(new PrintWriter(System.out, true, StandardCharsets.UTF_8))
                .setErr(new PrintWriter(System.err, true, StandardCharsets.UTF_8))
                .execute(args);
        System.exit(code);
    }
}
