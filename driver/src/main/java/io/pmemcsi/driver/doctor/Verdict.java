// SPDX-License-Identifier: Apache-2.0
package io.pmemcsi.driver.doctor;

/** How serious a finding is. */
public enum Verdict {
    /** As it should be. */
    OK,
    /** Worth knowing; the driver works. */
    NOTE,
    /** The driver, or a part of what it offers, does not work. */
    PROBLEM
}
