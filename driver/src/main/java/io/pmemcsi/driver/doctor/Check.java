// SPDX-License-Identifier: Apache-2.0
package io.pmemcsi.driver.doctor;

/** A rule about one thing. A pure function. */
@FunctionalInterface
interface Check {
    Diagnosis examine(Facts facts);
}
