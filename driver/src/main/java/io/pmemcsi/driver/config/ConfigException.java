// SPDX-License-Identifier: Apache-2.0
package io.pmemcsi.driver.config;

import java.util.List;

/** The configuration cannot work. The message lists every problem, each with the flag, its value and what is allowed. */
public final class ConfigException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final transient List<String> problems;

    ConfigException(List<String> problems) {
        super(message(problems));
        this.problems = List.copyOf(problems);
    }

    /** The problems, one sentence each. */
    public List<String> problems() {
        return problems;
    }

    private static String message(List<String> problems) {
        return problems.size() == 1 ? problems.getFirst() : String.join("\n", problems);
    }
}
