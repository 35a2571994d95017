// SPDX-License-Identifier: Apache-2.0
package io.pmemcsi.driver.domain;

/** Whether a file system volume must be mounted with DAX (parameter {@code daxPolicy}). */
public enum DaxPolicy {
    /** Mounting fails when DAX is not active on the mounted file system. */
    REQUIRED("required"),
    /** DAX is used where the device has it; its absence is reported in the volume condition. */
    PREFERRED("preferred"),
    /** The file system is mounted without DAX. */
    NEVER("never");

    private final String parameter;

    DaxPolicy(String parameter) {
        this.parameter = parameter;
    }

    /** The spelling in storage classes and volume attributes. */
    public String parameter() {
        return parameter;
    }
}
