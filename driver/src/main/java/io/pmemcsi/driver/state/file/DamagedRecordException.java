// SPDX-License-Identifier: Apache-2.0
package io.pmemcsi.driver.state.file;

/** A text that is no volume record of any version. The message names the field. */
final class DamagedRecordException extends Exception {
    private static final long serialVersionUID = 1L;

    DamagedRecordException(String message) {
        super(message);
    }

    DamagedRecordException(String message, Throwable cause) {
        super(message + ": " + cause.getMessage(), cause);
    }
}
