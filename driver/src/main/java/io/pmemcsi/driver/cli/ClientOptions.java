// SPDX-License-Identifier: Apache-2.0
package io.pmemcsi.driver.cli;

import io.pmemcsi.driver.config.DriverConfig;
import io.pmemcsi.driver.config.Endpoint;
import java.io.PrintWriter;
import java.time.Duration;
import picocli.CommandLine.Option;

/** The options of all commands that talk to a driver. */
final class ClientOptions {
    @Option(
            names = "--endpoint",
            paramLabel = "URL",
            defaultValue = "${env:" + DriverConfig.ENDPOINT_VARIABLE + ":-" + DriverConfig.DEFAULT_ENDPOINT + "}",
            description = "Socket of the driver. Default: environment variable " + DriverConfig.ENDPOINT_VARIABLE
                    + ", else " + DriverConfig.DEFAULT_ENDPOINT)
    private Endpoint endpoint = Endpoint.parse(DriverConfig.DEFAULT_ENDPOINT);

    @Option(
            names = "--timeout",
            paramLabel = "TIME",
            defaultValue = "60s",
            description = "How long each call may take, such as 500ms, 30s or 2m. Default: ${DEFAULT-VALUE}")
    private Duration timeout = Duration.ZERO;

    @Option(
            names = {"-o", "--output"},
            paramLabel = "FORM",
            defaultValue = "text",
            description = "text or json. Default: ${DEFAULT-VALUE}")
    private OutputForm form = OutputForm.TEXT;

    Endpoint endpoint() {
        return endpoint;
    }

    CsiClient connect() {
        return CsiClient.of(endpoint, timeout);
    }

    Output output(PrintWriter out) {
        return new Output(form, out);
    }
}
