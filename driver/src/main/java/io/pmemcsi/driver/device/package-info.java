// SPDX-License-Identifier: Apache-2.0
/** The port to the node's memory: what volumes are made of. Implementations live in subpackages. */
@NullMarked
package io.pmemcsi.driver.device;

import org.jspecify.annotations.NullMarked;
