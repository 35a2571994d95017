// SPDX-License-Identifier: Apache-2.0
package io.pmemcsi.test.image;

import com.github.dockerjava.api.DockerClient;
import com.github.dockerjava.api.command.CreateContainerCmd;
import com.github.dockerjava.api.command.InspectContainerResponse;
import com.github.dockerjava.api.model.AccessMode;
import com.github.dockerjava.api.model.Bind;
import com.github.dockerjava.api.model.Capability;
import com.github.dockerjava.api.model.HostConfig;
import com.github.dockerjava.api.model.PropagationMode;
import com.github.dockerjava.api.model.SELContext;
import com.github.dockerjava.api.model.Volume;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.testcontainers.containers.GenericContainer;
import org.testcontainers.containers.output.OutputFrame.OutputType;
import org.testcontainers.containers.startupcheck.StartupCheckStrategy;
import org.testcontainers.containers.wait.strategy.Wait;
import org.testcontainers.images.ImagePullPolicy;
import org.testcontainers.utility.DockerImageName;

/** A container of the image, without network and with a root file system that cannot be written to. */
final class DriverContainer extends GenericContainer<DriverContainer> {
    private static final DockerImageName IMAGE = DockerImageName.parse("pmem-csi-driver:dev");

    /** As the tests build it. */
    private static final ImagePullPolicy NEVER = image -> false;

    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final int STOP_PATIENCE_SECONDS = 30;

    private final List<Bind> binds = new ArrayList<>();

    private DriverContainer(List<String> arguments) {
        super(IMAGE);
        withImagePullPolicy(NEVER);
        withNetworkMode("none");
        withCommand(arguments.toArray(String[]::new));
        withCreateContainerCmdModifier(this::setUp);
    }

    /** One that serves until it is stopped. */
    static DriverContainer node(String... arguments) {
        List<String> command = new ArrayList<>(List.of("node", "--node-id", "it"));
        command.addAll(List.of(arguments));
        return new DriverContainer(command)
                .waitingFor(Wait.forLogMessage(".*ready driver=.*", 1).withStartupTimeout(PATIENCE));
    }

    /** One that ends by itself. */
    static DriverContainer command(String... arguments) {
        return new DriverContainer(List.of(arguments)).withStartupCheckStrategy(new Ended().withTimeout(PATIENCE));
    }

    /** Waits for the end, whatever the exit code. */
    private static final class Ended extends StartupCheckStrategy {
        @Override
        public StartupStatus checkStartupState(DockerClient client, String container) {
            var state = client.inspectContainerCmd(container).exec().getState();
            return "exited".equals(state.getStatus()) ? StartupStatus.SUCCESSFUL : StartupStatus.NOT_YET_KNOWN;
        }
    }

    private void setUp(CreateContainerCmd create) {
        hostConfig(create).withReadonlyRootfs(true).withBinds(binds);
    }

    private static HostConfig hostConfig(CreateContainerCmd create) {
        HostConfig config = create.getHostConfig();
        if (config == null) {
            throw new IllegalStateException("Testcontainers has set no HostConfig");
        }
        return config;
    }

    DriverContainer asRoot() {
        return withCreateContainerCmdModifier(create -> create.withUser("0"));
    }

    /** Empty directories in memory, which everybody may write to where the image has none. Replaces earlier ones. */
    DriverContainer withScratch(String... directories) {
        return withTmpFs(
                Stream.of(directories).collect(Collectors.toMap(directory -> directory, directory -> "mode=1777")));
    }

    /**
     * What mounting for others takes. "Privileged" would be more than that; where the engine itself is confined, it
     * cannot even give it.
     */
    DriverContainer mounting() {
        return asRoot().withCreateContainerCmdModifier(create -> hostConfig(create)
                .withCapAdd(Capability.SYS_ADMIN)
                .withSecurityOpts(List.of("apparmor=unconfined"))
                // Loop devices and their control device, see the kernel's devices.txt.
                .withDeviceCgroupRules(List.of("b 7:* rwm", "c 10:237 rwm")));
    }

    /** Shows a directory of this machine under the same name; what is mounted below it is seen on both sides. */
    DriverContainer withShared(Path directory) {
        Volume inside = new Volume(directory.toString());
        binds.add(
                new Bind(directory.toString(), inside, AccessMode.rw, SELContext.none, null, PropagationMode.RSHARED));
        return this;
    }

    /** Shows the devices of this machine. */
    DriverContainer withDevices() {
        binds.add(new Bind("/dev", new Volume("/dev")));
        return this;
    }

    /** SIGTERM, as Kubernetes stops a container. */
    InspectContainerResponse.ContainerState terminate() {
        getDockerClient()
                .stopContainerCmd(getContainerId())
                .withTimeout(STOP_PATIENCE_SECONDS)
                .exec();
        return state();
    }

    InspectContainerResponse.ContainerState state() {
        return getDockerClient().inspectContainerCmd(getContainerId()).exec().getState();
    }

    String errors() {
        return getLogs(OutputType.STDERR);
    }
}
