// SPDX-License-Identifier: Apache-2.0
/** The use cases: everything that can be done with a volume, told in terms of the ports. */
@NullMarked
package io.pmemcsi.driver.volume;

import org.jspecify.annotations.NullMarked;
