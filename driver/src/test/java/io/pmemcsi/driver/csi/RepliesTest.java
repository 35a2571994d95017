// SPDX-License-Identifier: Apache-2.0
package io.pmemcsi.driver.csi;

import static org.assertj.core.api.Assertions.assertThat;

import csi.v1.StorageHealthErrorType;
import io.pmemcsi.driver.volume.Finding;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class RepliesTest {
    @ParameterizedTest
    @CsvSource({"DEGRADED, STORAGE_DEGRADED", "INACCESSIBLE, STORAGE_UNREACHABLE", "DATA_LOSS, STORAGE_UNREACHABLE"})
    void storage_is_as_unwell_as_the_finding_says(Finding.Severity severity, StorageHealthErrorType expected) {
        var health = Replies.storageHealth(new Finding(severity, "Reason", "message"));
        assertThat(health.getStatus()).isEqualTo(expected);
        assertThat(health.getReason()).isEqualTo("Reason");
        assertThat(health.getMessage()).isEqualTo("message");
    }
}
