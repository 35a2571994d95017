// SPDX-License-Identifier: Apache-2.0
@NullMarked
package io.pmemcsi.driver.server;

import org.jspecify.annotations.NullMarked;
