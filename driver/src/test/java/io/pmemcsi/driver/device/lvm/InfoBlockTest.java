// SPDX-License-Identifier: Apache-2.0
package io.pmemcsi.driver.device.lvm;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class InfoBlockTest {
    private static ByteBuffer head(int place, String signature) {
        ByteBuffer head = ByteBuffer.allocate(InfoBlock.HEAD);
        head.put(place, signature.getBytes(US_ASCII));
        return head;
    }

    @ParameterizedTest
    @CsvSource({
        "4096, NVDIMM_PFN_INFO, fsdax",
        "4096, NVDIMM_DAX_INFO, devdax",
        "4096, BTT_ARENA_INFO, sector",
        "0, BTT_ARENA_INFO, sector"
    })
    void what_the_kernel_writes_is_recognised(int place, String signature, String mode) {
        assertThat(InfoBlock.recognise(head(place, signature)))
                .hasValueSatisfying(text -> assertThat(text).contains("mode " + mode));
    }

    @Test
    void anything_else_is_not() {
        assertThat(InfoBlock.recognise(ByteBuffer.allocate(InfoBlock.HEAD))).isEmpty();
        assertThat(InfoBlock.recognise(head(512, "NVDIMM_PFN_INFO"))).isEmpty();
        assertThat(InfoBlock.recognise(head(4096, "NVDIMM_PFN_INFOS"))).isEmpty();
        assertThat(InfoBlock.recognise(ByteBuffer.allocate(10))).isEmpty();
    }

    @Test
    void only_zeroes_are_blank() {
        assertThat(InfoBlock.unlessBlank(ByteBuffer.allocate(InfoBlock.HEAD))).isEmpty();
        assertThat(InfoBlock.unlessBlank(head(4096, "NVDIMM_PFN_INFO")))
                .hasValueSatisfying(text -> assertThat(text).contains("mode fsdax"));
        assertThat(InfoBlock.unlessBlank(head(4096, "xVDIMM_PFN_INFO"))).isPresent();
        assertThat(InfoBlock.unlessBlank(head(InfoBlock.HEAD - 1, "x"))).isPresent();
        assertThat(InfoBlock.unlessBlank(ByteBuffer.allocate(InfoBlock.HEAD - 1)))
                .as("what could not be read to its end")
                .isPresent();
    }
}
