// SPDX-License-Identifier: Apache-2.0
package io.pmemcsi.driver.state.file;

/** A record that a newer version of this driver has written. */
final class NewerSchemaException extends Exception {
    private static final long serialVersionUID = 1L;

    NewerSchemaException(long found, long known) {
        super("schema version " + found + ", and this driver knows versions up to " + known);
    }
}
