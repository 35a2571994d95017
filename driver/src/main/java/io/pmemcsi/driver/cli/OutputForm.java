// SPDX-License-Identifier: Apache-2.0
package io.pmemcsi.driver.cli;

/** Whom the output is for. */
enum OutputForm {
    /** For people. */
    TEXT,
    /** For programs. */
    JSON
}
