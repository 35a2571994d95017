// SPDX-License-Identifier: Apache-2.0
package io.pmemcsi.bindings.raw;

/** Functions of the C library on the environment of this process, which Java code does not see the changes of. */
public interface EnvironmentCalls {
    /** setenv(3); not thread-safe with respect to native code that reads the environment. */
    int setenv(String name, String value, int overwrite);
}
