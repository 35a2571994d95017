// SPDX-License-Identifier: Apache-2.0
@NullMarked
package io.pmemcsi.driver.cli;

import org.jspecify.annotations.NullMarked;
