// SPDX-License-Identifier: Apache-2.0
package io.pmemcsi.test.system;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonParser;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/** {@code kill -9} of the driver while it erases a deleted volume. */
@Timeout(120)
final class EraseIT {
    private static final long SIZE = 192 * DriverProcess.MIB;
    private static final long LEFT = DriverProcess.CAPACITY - SIZE;
    private static final String SECRET = "the old tenant's secret ";
    private static final String MARK = "written after the kill";

    @RegisterExtension
    final DriverProcess driver = new DriverProcess();

    @Test
    void resumes_where_it_was_and_gives_the_space_back_at_the_end() {
        driver.start("--erase-rate", "32Mi");
        Orchestrator node = new Orchestrator(driver);
        String id = deletedVolume(node);
        Path image = driver.images().resolve(id + ".img");
        Eventually.holds("the first step of erasing", () -> erased(id) > 0);
        driver.killHard();

        long erased = erased(id);
        assertThat(erased).isStrictlyBetween(0L, SIZE);
        assertThat(Content.bytes(image, 0, 4096)).containsOnly(0);
        assertThat(Content.holds(image, SECRET)).as("the rest is still there").isTrue();
        Content.write(image, MARK, 1);
        driver.start("--erase-rate", "32Mi");
        assertThat(driver.csi().volumes()).as("deleted is deleted").isEmpty();

        Eventually.holds("the next step", () -> hasGoneOn(id, erased));
        driver.csi().awaitAvailable(DriverProcess.CAPACITY);
        driver.assertNothingIsLeft();
        driver.stop();
    }

    private boolean hasGoneOn(String id, long from) {
        long now = erased(id);
        assertThat(now).isGreaterThanOrEqualTo(from);
        assertThat(Content.holds(driver.images().resolve(id + ".img"), MARK))
                .as("it did not start anew")
                .isTrue();
        assertThat(driver.csi().available()).as("no space before the end").isEqualTo(LEFT);
        return now > from;
    }

    private String deletedVolume(Orchestrator node) {
        String id = node.create("erased", SIZE, Requests.BLOCK, Map.of());
        node.stage(id, Requests.BLOCK);
        Path target = node.publish(id, "pod", Requests.BLOCK);
        Content.write(target, SECRET, (int) (SIZE / SECRET.length()));
        node.unpublish(id, "pod");
        node.unstage(id);
        node.delete(id);
        assertThat(driver.csi().available()).isEqualTo(LEFT);
        return id;
    }

    private long erased(String id) {
        Path record = driver.records().resolve(id + ".json");
        assertThat(Files.exists(record)).as("the record of " + id).isTrue();
        return JsonParser.parseString(HostState.read(record).orElseThrow())
                .getAsJsonObject()
                .get("erased")
                .getAsLong();
    }
}
