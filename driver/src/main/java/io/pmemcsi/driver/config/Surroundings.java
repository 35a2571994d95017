// SPDX-License-Identifier: Apache-2.0
package io.pmemcsi.driver.config;

import java.util.Map;
import java.util.Optional;

/**
 * What the process finds around it, as far as defaults depend on it.
 *
 * @param environment the environment variables
 * @param hostName the name of this machine
 */
public record Surroundings(Map<String, String> environment, String hostName) {
    public Surroundings {
        environment = Map.copyOf(environment);
    }

    Optional<String> variable(String name) {
        return Optional.ofNullable(environment.get(name)).filter(value -> !value.isEmpty());
    }
}
