// SPDX-License-Identifier: Apache-2.0
package io.pmemcsi.test.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import io.pmemcsi.test.cluster.WalkThrough.Step;
import io.pmemcsi.test.vm.Guest;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** An app developer types the commands of {@code docs/examples/memcached.md}, in namespaces that enforce Pod Security "restricted". */
@Tag(Guest.TAG)
@ExtendWith(ClusterExtension.class)
final class MemcachedStory {
    private static final String PAGE = "examples/memcached.md";
    private static final String RESTRICTED = "pod-security.kubernetes.io/enforce=restricted";
    private static final Pattern CALL =
            Pattern.compile("call done.* ms=\"(\\d+)\" rpc=(CreateVolume|Node\\w+Volume)\\b");

    private final Cluster cluster;

    /** A checkout, as far as the commands need it. */
    @TempDir
    private Path checkout = Path.of("");

    MemcachedStory(Cluster cluster) {
        this.cluster = cluster;
    }

    @BeforeEach
    void link_the_manifests() throws IOException {
        Files.createSymbolicLink(
                checkout.resolve("deploy"),
                Path.of("../deploy").toAbsolutePath().normalize());
    }

    /** A story that came to its end has cleaned up by itself. */
    @AfterEach
    void unlink_them_and_clean_up() throws IOException {
        Files.deleteIfExists(checkout.resolve("deploy"));
        cluster.kubectl("delete namespace demo --ignore-not-found");
        new Memcached(cluster).remove();
    }

    @Test
    void a_deployment_keeps_its_cache_in_an_inline_volume_as_the_page_says() throws IOException {
        List<Step> steps = WalkThrough.of(PAGE, "As a replacement for DRAM");
        String forward = "";
        boolean talked = false;
        boolean found = false;
        Instant created = Instant.now();
        for (Step step : steps) {
            String command = step.command();
            if (command.startsWith("kubectl port-forward")) {
                forward = command;
            } else if (command.startsWith("telnet")) {
                try (PortForward memcached = PortForward.run(cluster, forward)) {
                    assertThat(memcached.talk(Memcached.SET)).containsExactly("STORED");
                    assertThat(memcached.talk(Memcached.GET)).containsExactly(Memcached.VALUE);
                }
                talked = true;
                assertThat(step.answer())
                        .contains(Memcached.SET)
                        .contains("STORED", Memcached.GET)
                        .contains(Memcached.VALUE);
            } else {
                created = command.startsWith("kubectl create --kustomize") ? Instant.now() : created;
                String answer = type(command);
                if (command.startsWith("kubectl create ns")) {
                    cluster.kubectl("label namespace demo " + RESTRICTED);
                } else if (command.startsWith("kubectl wait")) {
                    report("inline", created);
                } else if (command.contains("grep 'I am PMEM.'")) {
                    assertThat(answer).contains("binary file matches");
                    found = true;
                }
            }
        }
        assertThat(talked && found).isTrue();
        Leftovers.vanish(cluster);
    }

    @Test
    void a_stateful_set_keeps_its_cache_over_a_restart_as_the_page_says() throws IOException {
        List<Step> steps = WalkThrough.of(PAGE, "A cache that survives");
        cluster.kubectl("label --overwrite namespace default " + RESTRICTED);
        Instant created = Instant.now();
        boolean stored = false;
        for (Step step : steps) {
            String answer = type(step.command());
            if (step.command().startsWith("kubectl get pvc")) {
                assertThat(answer).contains(Memcached.CLAIM, "Bound", "200Mi");
                report("persistent", created);
                assertThat(new Memcached(cluster).talk(Memcached.SET)).containsExactly("STORED");
                stored = true;
            } else if (step.command().startsWith("kubectl wait --for=condition=Ready") && stored) {
                assertThat(new Memcached(cluster).talk(Memcached.GET))
                        .as("the cache after the restart")
                        .containsExactly(Memcached.VALUE);
            }
        }
        assertThat(stored).isTrue();
        Leftovers.vanish(cluster);
    }

    private String type(String command) {
        Guest.Result result = cluster.bash(checkout, command);
        boolean goneAlready =
                command.startsWith("kubectl wait --for delete") && result.err().contains("NotFound");
        assertThat(result.succeeded() || goneAlready)
                .as("%s%n%s", command, result.output())
                .isTrue();
        return result.output();
    }

    /** Prints how long it took until memcached answered, and the driver's part. */
    private void report(String kind, Instant created) {
        Duration all = Duration.between(created, Instant.now());
        long driver = CALL.matcher(
                        cluster.kubectl("logs -n pmem-csi daemonset/pmem-csi-node -c driver --since-time=" + created))
                .results()
                .mapToLong(call -> Long.parseLong(call.group(1)))
                .sum();
        assertThat(driver).as("time of the driver's calls in its log").isPositive();
        System.out.printf(
                "memcached on %s volume (%s mode): ready %d ms after its manifest was applied; %d ms of that in the driver's calls%n",
                kind, cluster.mode(), all.toMillis(), driver);
    }
}
