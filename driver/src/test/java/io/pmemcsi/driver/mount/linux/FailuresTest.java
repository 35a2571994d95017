// SPDX-License-Identifier: Apache-2.0
package io.pmemcsi.driver.mount.linux;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.pmemcsi.bindings.Errno;
import io.pmemcsi.bindings.NativeCallException;
import io.pmemcsi.driver.device.Device;
import io.pmemcsi.driver.domain.ByteSize;
import io.pmemcsi.driver.domain.FailureKind;
import io.pmemcsi.driver.domain.StorageException;
import io.pmemcsi.driver.domain.VolumeId;
import java.nio.file.Path;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class FailuresTest {
    private static void assertBackendFault(ThrowingCallable call, String text) {
        assertThatThrownBy(call)
                .isInstanceOfSatisfying(
                        StorageException.class, e -> assertThat(e.kind()).isEqualTo(FailureKind.BACKEND_FAULT))
                .hasMessageContaining(text);
    }

    @Test
    void what_the_kernel_refuses_or_writes_is_a_backend_fault() {
        assertBackendFault(
                () -> Failures.guarded("the table", () -> {
                    throw new NativeCallException("read(x)", Errno.EIO);
                }),
                "the table: read(x)");
        assertBackendFault(
                () -> Failures.guarded("the table", () -> {
                    throw new IllegalArgumentException("not a line");
                }),
                "the table: not a line");
    }

    @ParameterizedTest
    @ValueSource(strings = {"/no/such/device", "/dev/null", "/tmp"})
    void a_node_that_is_gone_or_no_block_device_is_a_backend_fault(String path) {
        Device device = new Device(VolumeId.ofName("x"), ByteSize.mebibytes(1), Path.of(path));
        assertBackendFault(() -> DeviceNode.number(device), device.id().value());
    }
}
