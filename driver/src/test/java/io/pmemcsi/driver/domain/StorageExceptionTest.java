// SPDX-License-Identifier: Apache-2.0
package io.pmemcsi.driver.domain;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

final class StorageExceptionTest {
    @Test
    void carries_kind_text_and_cause() {
        Exception cause = new IllegalStateException("deep");
        StorageException failure = new StorageException(FailureKind.BUSY, "later", cause);
        assertThat(failure.kind()).isEqualTo(FailureKind.BUSY);
        assertThat(failure.text()).isEqualTo("later");
        assertThat(failure).hasCause(cause);
    }
}
