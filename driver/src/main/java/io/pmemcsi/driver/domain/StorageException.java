// SPDX-License-Identifier: Apache-2.0
package io.pmemcsi.driver.domain;

/**
 * The one failure that crosses layers. Its message is written for the caller of the driver: it names the field, the
 * value and what is allowed, and never holds a secret.
 */
public final class StorageException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final FailureKind kind;

    public StorageException(FailureKind kind, String message) {
        super(message);
        this.kind = kind;
    }

    public StorageException(FailureKind kind, String message, Throwable cause) {
        super(message, cause);
        this.kind = kind;
    }

    public FailureKind kind() {
        return kind;
    }

    public String text() {
        String message = getMessage();
        return message == null ? kind.name() : message;
    }
}
