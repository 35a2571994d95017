// SPDX-License-Identifier: Apache-2.0
package io.pmemcsi.driver.config;

import java.util.regex.Pattern;

/**
 * The name of this node in CSI. It is the value of the topology key, and therefore has the form of a label value.
 *
 * @param value 1 to 63 letters, digits, dashes, underscores and dots
 */
public record NodeId(String value) {
    private static final Pattern GRAMMAR = Pattern.compile("[A-Za-z0-9](?:[A-Za-z0-9_.-]{0,61}[A-Za-z0-9])?");

    public NodeId {
        if (!GRAMMAR.matcher(value).matches()) {
            throw new IllegalArgumentException("'" + value + "' is not a node id; allowed are 1 to 63 letters, digits,"
                    + " dashes, underscores and dots, a letter or digit first and last");
        }
    }

    @Override
    public String toString() {
        return value;
    }
}
