// SPDX-License-Identifier: Apache-2.0
package io.pmemcsi.driver.server;

import java.nio.file.Path;
import java.time.Duration;

/**
 * How a {@link SocketServer} listens and works.
 *
 * @param name what its threads are called
 * @param socket the absolute path of its socket
 * @param workers how many calls are worked on at the same time
 * @param grace how long running calls may take to finish when the server stops
 */
public record SocketSettings(String name, Path socket, int workers, Duration grace) {}
