// SPDX-License-Identifier: Apache-2.0
package io.pmemcsi.driver.csi;

import static io.pmemcsi.driver.csi.InProcessCsi.assertRefused;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.spi.ILoggingEvent;
import io.grpc.Status.Code;
import io.grpc.StatusRuntimeException;
import io.pmemcsi.driver.domain.FailureKind;
import io.pmemcsi.driver.domain.StorageException;
import io.pmemcsi.driver.domain.VolumeId;
import java.util.List;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.ResourceLock;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.slf4j.MDC;

/** What callers and the log get to see of failures, and of calls in general. */
@ResourceLock("logging")
final class FailureAnswersTest {
    private static final String SECRET = "c0rrect-h0rse";

    private final InProcessCsi csi = InProcessCsi.start();
    private final LogCapture log = LogCapture.start();

    @AfterEach
    void stop() {
        log.close();
        csi.close();
    }

    private void create(String name) {
        assertThat(csi.controller().createVolume(Requests.create(name).build()).hasVolume())
                .isTrue();
    }

    private void failAtCreation(RuntimeException failure) {
        csi.node().faults().arm(call -> {
            if (call.equals("devices.create")) {
                throw failure;
            }
        });
    }

    @ParameterizedTest
    @CsvSource({
        "INVALID_REQUEST, INVALID_ARGUMENT",
        "NOT_FOUND, NOT_FOUND",
        "EXISTS_DIFFERENTLY, ALREADY_EXISTS",
        "SIZE_UNSUPPORTED, OUT_OF_RANGE",
        "OUT_OF_SPACE, RESOURCE_EXHAUSTED",
        "BUSY, ABORTED",
        "INVALID_TOKEN, ABORTED",
        "IN_USE, FAILED_PRECONDITION",
        "NOT_READY, FAILED_PRECONDITION",
        "UNSUPPORTED, FAILED_PRECONDITION",
        "BACKEND_FAULT, INTERNAL"
    })
    void each_kind_of_failure_has_its_code(FailureKind kind, Code code) {
        failAtCreation(new StorageException(kind, "what went wrong"));
        assertRefused(code, () -> create("a")).isEqualTo("what went wrong");
        Level level = code == Code.INTERNAL ? Level.ERROR : Level.INFO;
        assertThat(log.events(level))
                .singleElement()
                .extracting(ILoggingEvent::getFormattedMessage)
                .asString()
                .contains("what went wrong");
    }

    @Test
    void the_table_above_is_complete() {
        assertThat(FailureKind.values()).hasSize(11);
        assertThat(FailureKind.values())
                .allSatisfy(kind -> assertThat(StatusMapping.code(kind)).isNotIn(Code.OK, Code.UNKNOWN));
    }

    @Test
    void an_unexpected_failure_tells_the_caller_an_id_and_the_log_the_rest() {
        failAtCreation(new IllegalStateException("internals at 0xdeadbeef"));
        StatusRuntimeException failure = catchThrowableOfType(StatusRuntimeException.class, () -> create("a"));
        assertThat(failure.getStatus().getCode()).isEqualTo(Code.INTERNAL);
        String text = String.valueOf(failure.getStatus().getDescription());
        assertThat(text).doesNotContain("deadbeef", "IllegalState", "io.pmemcsi");
        String id = text.substring(text.lastIndexOf(' ') + 1);
        assertThat(log.events(Level.ERROR)).singleElement().satisfies(event -> {
            assertThat(event.getKeyValuePairs().toString()).contains(id);
            assertThat(event.getThrowableProxy().getMessage()).contains("deadbeef");
        });
        csi.node().faults().disarm();
        create("a");
    }

    @Test
    void each_line_names_the_call_and_the_volume() {
        failAtCreation(new StorageException(FailureKind.BUSY, "later"));
        assertRefused(Code.ABORTED, () -> create("pvc-7"));
        assertThat(log.events(Level.INFO))
                .isNotEmpty()
                .allSatisfy(event -> assertThat(event.getMDCPropertyMap())
                        .containsEntry("rpc", "CreateVolume")
                        .containsEntry("volume", "pvc-7"));
        csi.node().faults().disarm();
        String id = VolumeId.ofName("pvc-7").value();
        csi.controller().deleteVolume(Requests.delete(id));
        assertThat(log.events(Level.INFO))
                .filteredOn(event -> event.getFormattedMessage().equals("call done"))
                .singleElement()
                .satisfies(event -> {
                    assertThat(event.getMDCPropertyMap())
                            .containsEntry("rpc", "DeleteVolume")
                            .containsEntry("volume", id);
                    assertThat(event.getKeyValuePairs().toString()).contains("code=\"OK\"", "ms=");
                });
    }

    @Test
    void the_context_of_a_call_ends_with_it() {
        create("pvc-7");
        assertThat(MDC.get("rpc")).isNull();
        assertThat(MDC.get("volume")).isNull();
    }

    @Test
    void what_a_caller_sends_cannot_forge_log_lines() {
        String hostile = "x\nERROR forged\u001b[31m" + "y".repeat(500);
        assertRefused(Code.INVALID_ARGUMENT, () -> create(hostile));
        var staged = Requests.stage(hostile)
                .setVolumeCapability(Requests.mount(hostile))
                .build();
        assertRefused(Code.INVALID_ARGUMENT, () -> csi.nodeService().nodeStageVolume(staged));
        var mutable = Requests.create("a").putMutableParameters(hostile, "1").build();
        assertRefused(Code.INVALID_ARGUMENT, () -> csi.controller().createVolume(mutable));
        assertThat(log.events()).isNotEmpty().allSatisfy(event -> {
            assertThat(event.getFormattedMessage()).doesNotContainPattern("\\p{Cntrl}");
            assertThat(event.getMDCPropertyMap().values()).allMatch(value -> value.length() <= 128);
            assertThat(event.getMDCPropertyMap().values()).noneMatch(value -> value.contains("\n"));
        });
    }

    /** What CSI allows in names and paths, but a terminal would obey, or take for another line. */
    @Test
    void what_a_caller_sends_is_not_shown_raw_in_any_refusal() {
        String hostile = "a\u2028\u202eb";
        String id = VolumeId.ofName("a").value();
        create("a");
        create(hostile);
        var larger = Requests.create(hostile).setCapacityRange(Requests.mebibytes(200));
        assertHarmless(Code.ALREADY_EXISTS, () -> csi.controller().createVolume(larger.build()));
        var unknown = Requests.stage(hostile).build();
        assertHarmless(Code.NOT_FOUND, () -> csi.nodeService().nodeStageVolume(unknown));
        var elsewhere = Requests.stage(id).setStagingTargetPath("/elsewhere/" + hostile);
        assertHarmless(Code.INVALID_ARGUMENT, () -> csi.nodeService().nodeStageVolume(elsewhere.build()));
        var staged = Requests.stage(id).setStagingTargetPath("/kubelet/" + hostile);
        assertThat(csi.nodeService().nodeStageVolume(staged.build()).isInitialized())
                .isTrue();
        assertHarmless(
                Code.FAILED_PRECONDITION,
                () -> csi.nodeService().nodeStageVolume(Requests.stage(id).build()));
        assertHarmless(
                Code.FAILED_PRECONDITION,
                () -> csi.nodeService().nodePublishVolume(Requests.publish(id).build()));
        assertThat(log.events())
                .isNotEmpty()
                .allSatisfy(event -> assertThat(event.getFormattedMessage()).doesNotContain("\u202e"));
    }

    private static void assertHarmless(Code code, ThrowingCallable call) {
        assertRefused(code, call).contains("b").contains("?").doesNotContain("\u2028", "\u202e");
    }

    @Test
    void the_kernels_own_text_is_shown_without_what_a_terminal_obeys() {
        failAtCreation(new StorageException(FailureKind.BACKEND_FAULT, "open(/x\u001b[31m\u202e)\nsecond line"));
        assertRefused(Code.INTERNAL, () -> create("a")).isEqualTo("open(/x?[31m?)\nsecond line");
    }

    @Test
    void secrets_are_never_logged() {
        var create = Requests.create("a").putSecrets("key", SECRET).build();
        csi.controller().createVolume(create);
        String id = VolumeId.ofName("a").value();
        csi.nodeService()
                .nodeStageVolume(Requests.stage(id).putSecrets("key", SECRET).build());
        csi.nodeService()
                .nodePublishVolume(
                        Requests.publish(id).putSecrets("key", SECRET).build());
        failAtCreation(new IllegalStateException("broken"));
        assertRefused(
                Code.INTERNAL,
                () -> csi.controller()
                        .createVolume(create.toBuilder().setName("b").build()));
        var token = Requests.publishInline("csi-1")
                .putVolumeContext("csi.storage.k8s.io/serviceAccount.tokens", SECRET)
                .putVolumeContext("unknown", "attribute");
        assertRefused(Code.INVALID_ARGUMENT, () -> csi.nodeService().nodePublishVolume(token.build()))
                .doesNotContain(SECRET);
        assertThat(log.events()).hasSizeGreaterThanOrEqualTo(5);
        assertThat(log.text()).doesNotContain(SECRET);
    }

    @Test
    void refusals_are_one_line_without_a_stack_trace() {
        assertRefused(Code.INVALID_ARGUMENT, () -> create(""));
        List<ILoggingEvent> lines = log.events(Level.INFO);
        assertThat(lines)
                .singleElement()
                .satisfies(event -> assertThat(event.getThrowableProxy()).isNull());
        assertThat(log.events(Level.ERROR)).isEmpty();
    }
}
