// SPDX-License-Identifier: Apache-2.0
package io.pmemcsi.driver.config;

import java.util.regex.Pattern;

/**
 * The CSI name of this driver. It is also the prefix of the topology key and part of paths.
 *
 * @param value a domain name of at most 63 characters
 */
public record DriverName(String value) {
    private static final String LABEL = "[A-Za-z0-9](?:[A-Za-z0-9-]*[A-Za-z0-9])?";
    private static final Pattern GRAMMAR = Pattern.compile(LABEL + "(?:\\." + LABEL + ")*");
    private static final int LONGEST = 63;

    public DriverName {
        if (value.length() > LONGEST || !GRAMMAR.matcher(value).matches()) {
            throw new IllegalArgumentException("'" + value + "' is not a driver name; allowed is a domain name of 1 to "
                    + LONGEST + " letters, digits, dashes and dots, such as pmem-csi.intel.com");
        }
    }

    @Override
    public String toString() {
        return value;
    }
}
