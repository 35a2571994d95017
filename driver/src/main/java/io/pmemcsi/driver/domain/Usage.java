// SPDX-License-Identifier: Apache-2.0
package io.pmemcsi.driver.domain;

/** What a volume is for (parameter {@code usage}). */
public enum Usage {
    /** Files are mapped into memory with DAX. */
    APP_DIRECT("AppDirect"),
    /** Files are read and written through the page cache; sector atomicity matters more than mapping. */
    FILE_IO("FileIO");

    private final String parameter;

    Usage(String parameter) {
        this.parameter = parameter;
    }

    /** The spelling in storage classes and volume attributes. */
    public String parameter() {
        return parameter;
    }
}
