// SPDX-License-Identifier: Apache-2.0
@NullMarked
package io.pmemcsi.driver.state.memory;

import org.jspecify.annotations.NullMarked;
