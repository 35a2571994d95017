// SPDX-License-Identifier: Apache-2.0
package io.pmemcsi.driver.cli;

import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.pmemcsi.driver.config.Endpoint;
import java.io.IOException;
import java.net.SocketException;
import java.nio.file.Files;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** A command that does its work with calls to a driver. */
abstract class VolumeCommand implements Callable<Integer> {
    @Mixin
    private ClientOptions client = new ClientOptions();

    @Spec
    private CommandSpec spec = CommandSpec.create();

    abstract void run(CsiClient csi, Output output) throws IOException;

    @Override
    public final Integer call() throws IOException {
        try (CsiClient csi = client.connect()) {
            run(csi, client.output(spec.commandLine().getOut()));
            return ExitCode.OK;
        } catch (StatusRuntimeException e) {
            throw unreachable(e).orElse(e);
        }
    }

    /** gRPC itself only says "io exception" when nobody listens. */
    private Optional<RuntimeException> unreachable(StatusRuntimeException failure) {
        if (failure.getStatus().getCode() != Status.Code.UNAVAILABLE) {
            return Optional.empty();
        }
        Endpoint endpoint = client.endpoint();
        String why = Files.exists(endpoint.socket()) ? reason(failure) : "there is no such socket";
        return Optional.of(new CommandFailure("UNAVAILABLE: no driver answers on " + endpoint + ": " + why, failure));
    }

    private static String reason(StatusRuntimeException failure) {
        return Stream.<Throwable>iterate(failure, cause -> cause != null, Throwable::getCause)
                .filter(SocketException.class::isInstance)
                .map(cause -> String.valueOf(cause.getMessage()))
                .findFirst()
                .orElse(Failures.text(failure.getStatus()));
    }
}
