// SPDX-License-Identifier: Apache-2.0
package io.pmemcsi.driver.volume;

import static io.pmemcsi.driver.volume.TestNode.publication;
import static io.pmemcsi.driver.volume.TestNode.staging;
import static io.pmemcsi.driver.volume.TestNode.target;
import static org.assertj.core.api.Assertions.assertThat;

import io.pmemcsi.driver.device.Device;
import io.pmemcsi.driver.domain.AccessType;
import io.pmemcsi.driver.domain.ByteSize;
import io.pmemcsi.driver.domain.VolumeId;
import io.pmemcsi.driver.state.VolumeRecord;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Kills the process before each single call of a port, in each use case and again in the recovery that follows, and asserts
 * that after the client has repeated its calls there is exactly what it asked for.
 *
 * <p>Death after the effect of a call, its answer lost, is death before the next call: between two calls nothing is done
 * that outlives the process. After the last call it is the round that survives, as {@code next} ends the process there too.
 */
final class CrashTest {
    private static final VolumeId FS = VolumeId.ofName("fs");
    private static final VolumeId RAW = VolumeId.ofName("raw");
    private static final VolumeId INLINE = VolumeId.ofInlineHandle("csi-1");

    /** What a client does. Every step may be repeated. */
    enum Step {
        PROVISION(node -> node.provisioning().provision("fs", Wishes.SIZE, Wishes.mount())),
        EXPAND(node -> node.provisioning().expand(FS, Wishes.atLeast(200))),
        STAGE(node -> node.publishing().stage(Wishes.stage(FS, AccessType.MOUNT))),
        PUBLISH(node -> node.publishing().publish(Wishes.publish(FS, AccessType.MOUNT, publication("p")))),
        GROW(node -> node.publishing().growFileSystem(FS, target("p"), Wishes.atLeast(200))),
        UNPUBLISH(node -> node.publishing().unpublish(FS, target("p"))),
        UNSTAGE(node -> node.publishing().unstage(FS, staging("s"))),
        DELETE(node -> node.provisioning().delete(FS)),
        PROVISION_RAW(node -> node.provisioning().provision("raw", Wishes.SIZE, Wishes.block())),
        STAGE_RAW(node -> node.publishing().stage(Wishes.stage(RAW, AccessType.BLOCK))),
        PUBLISH_RAW(node -> node.publishing().publish(Wishes.publish(RAW, AccessType.BLOCK, publication("p")))),
        UNPUBLISH_RAW(node -> node.publishing().unpublish(RAW, target("p"))),
        UNSTAGE_RAW(node -> node.publishing().unstage(RAW, staging("raw"))),
        PUBLISH_INLINE(node -> node.inline().publish(Wishes.inlineRequest("csi-1", "p"))),
        UNPUBLISH_INLINE(node -> node.inline().unpublish("csi-1", target("p")));

        private final Consumer<TestNode> call;

        Step(Consumer<TestNode> call) {
            this.call = call;
        }

        void run(TestNode node) {
            call.accept(node);
        }
    }

    /** The last step is the one that is cut off. */
    record Story(List<Step> steps, List<VolumeId> expected) {
        static Story of(List<VolumeId> expected, Step... steps) {
            return new Story(List.of(steps), expected);
        }

        void begin(TestNode node) {
            steps.subList(0, steps.size() - 1).forEach(step -> step.run(node));
        }

        void end(TestNode node) {
            steps.getLast().run(node);
        }

        void repeatAll(TestNode node) {
            begin(node);
            end(node);
        }
    }

    static Stream<Story> stories() {
        List<VolumeId> fs = List.of(FS);
        List<VolumeId> raw = List.of(RAW);
        return Stream.of(
                Story.of(fs, Step.PROVISION),
                Story.of(fs, Step.PROVISION, Step.STAGE),
                Story.of(fs, Step.PROVISION, Step.STAGE, Step.PUBLISH),
                Story.of(fs, Step.PROVISION, Step.STAGE, Step.EXPAND),
                Story.of(fs, Step.PROVISION, Step.STAGE, Step.PUBLISH, Step.GROW),
                Story.of(fs, Step.PROVISION, Step.STAGE, Step.PUBLISH, Step.UNPUBLISH),
                Story.of(fs, Step.PROVISION, Step.STAGE, Step.UNSTAGE),
                Story.of(List.of(), Step.PROVISION, Step.DELETE),
                Story.of(raw, Step.PROVISION_RAW, Step.STAGE_RAW),
                Story.of(raw, Step.PROVISION_RAW, Step.STAGE_RAW, Step.PUBLISH_RAW),
                Story.of(raw, Step.PROVISION_RAW, Step.STAGE_RAW, Step.PUBLISH_RAW, Step.UNPUBLISH_RAW),
                Story.of(raw, Step.PROVISION_RAW, Step.STAGE_RAW, Step.UNSTAGE_RAW),
                Story.of(List.of(INLINE), Step.PUBLISH_INLINE),
                Story.of(List.of(), Step.PUBLISH_INLINE, Step.UNPUBLISH_INLINE),
                Story.of(List.of(), Step.UNPUBLISH_INLINE));
    }

    @ParameterizedTest
    @MethodSource("stories")
    void a_crash_at_any_call_is_repaired_and_the_repeated_call_succeeds(Story story) {
        forEachCrash(story, TestNode::restart, story::end);
    }

    @ParameterizedTest
    @MethodSource("stories")
    void a_crash_of_the_node_at_any_call_is_repaired_and_the_repeated_calls_succeed(Story story) {
        forEachCrash(story, TestNode::reboot, story::repeatAll);
    }

    @ParameterizedTest
    @MethodSource("stories")
    void a_crash_at_any_call_of_the_recovery_is_repaired_too(Story story) {
        AtomicBoolean died = new AtomicBoolean(true);
        for (int fatal = 0; died.getAndSet(false); fatal++) {
            int inRecovery = fatal;
            forEachCrash(
                    story,
                    node -> {
                        node.stop();
                        Crash crash = Crash.atCall(inRecovery, node);
                        dies(node::recover);
                        died.compareAndSet(false, crash.happened());
                        node.restart();
                    },
                    story::end);
        }
    }

    @Test
    void a_volume_that_its_client_gives_up_after_a_crash_is_gone() {
        Story story = Story.of(List.of(), Step.PUBLISH_INLINE);
        forEachCrash(story, TestNode::restart, Step.UNPUBLISH_INLINE::run);
        Story half = Story.of(List.of(), Step.PROVISION);
        forEachCrash(half, TestNode::restart, Step.DELETE::run);
    }

    @Test
    void a_crash_at_any_call_of_the_eraser_is_repaired() {
        boolean survived = false;
        for (int fatal = 0; !survived; fatal++) {
            try (TestNode node = start()) {
                Step.PROVISION.run(node);
                node.devices().write(FS, ByteSize.mebibytes(99).bytes(), new byte[] {1});
                Crash crash = Crash.atEraserCall(fatal, node);
                Step.DELETE.run(node);
                Eventually.holds(
                        "the eraser has died or is done",
                        () -> crash.happened() || node.store().all().isEmpty());
                survived = !crash.happened();
                node.restart();
                node.awaitErased();
                assertConsistent(node, List.of());
            }
        }
    }

    private static void forEachCrash(Story story, Consumer<TestNode> next, Consumer<TestNode> repetition) {
        boolean survived = false;
        for (int fatal = 0; !survived; fatal++) {
            assertThat(fatal).as("calls of one use case").isLessThan(100);
            try (TestNode node = start()) {
                story.begin(node);
                Crash crash = Crash.atCall(fatal, node);
                dies(() -> story.end(node));
                survived = !crash.happened();
                next.accept(node);
                node.awaitErased();
                repetition.accept(node);
                node.awaitErased();
                assertConsistent(node, story.expected());
            }
        }
    }

    /** A node on which, as on a real one, a device that is mounted cannot be taken out of use. */
    private static TestNode start() {
        TestNode node = TestNode.start();
        node.devices().alsoInUse(device -> !node.mounter().mountsOf(device).isEmpty());
        return node;
    }

    private static void dies(Runnable work) {
        try {
            work.run();
        } catch (Crash.ProcessDied expected) {
            assertThat(expected).isNotNull();
        }
    }

    private static void assertConsistent(TestNode node, List<VolumeId> expected) {
        List<VolumeRecord> records = node.store().all();
        assertThat(records).extracting(VolumeRecord::id).containsExactlyElementsOf(expected);
        assertThat(records).allMatch(VolumeRecord::isReady);
        List<Device> devices = node.devices().recover();
        assertThat(devices).extracting(Device::id).containsExactlyElementsOf(expected);
        for (Device device : devices) {
            assertThat(node.record(device.id()).size()).isEqualTo(device.size());
        }
        ByteSize taken = records.stream().map(VolumeRecord::size).reduce(ByteSize.ZERO, ByteSize::plus);
        assertThat(node.available().plus(taken)).isEqualTo(TestNode.MANAGED);
        for (Path path : List.of(staging("s"), target("p"))) {
            boolean known = records.stream()
                    .anyMatch(record -> record.publicationAt(path).isPresent()
                            || record.staging().stream().anyMatch(path::equals));
            assertThat(node.mounter().find(path).isPresent())
                    .as("mounted at %s", path)
                    .isEqualTo(known);
        }
    }
}
