// SPDX-License-Identifier: Apache-2.0
package io.pmemcsi.driver.cli;

/** A command could not do what it was asked to; the message is all that the user needs. */
final class CommandFailure extends RuntimeException {
    private static final long serialVersionUID = 1L;

    CommandFailure(String message) {
        super(message);
    }

    CommandFailure(String message, Throwable cause) {
        super(message, cause);
    }
}
