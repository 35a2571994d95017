// SPDX-License-Identifier: Apache-2.0
package io.pmemcsi.driver.volume;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.pmemcsi.driver.domain.FailureKind;
import io.pmemcsi.driver.domain.StorageException;
import org.assertj.core.api.AbstractStringAssert;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;

/** Assertions on failures. */
public final class Failures {
    private Failures() {}

    /** Asserts that the call fails in this way, and goes on with the text for its caller. */
    public static AbstractStringAssert<?> assertFails(FailureKind kind, ThrowingCallable call) {
        StorageException failure = catchThrowableOfType(StorageException.class, call);
        assertThat(failure).as("a failure of kind %s", kind).isNotNull();
        assertThat(failure.kind()).as(failure.text()).isEqualTo(kind);
        return assertThat(failure.text());
    }
}
