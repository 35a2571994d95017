// SPDX-License-Identifier: Apache-2.0
@NullMarked
package io.pmemcsi.driver.state.file;

import org.jspecify.annotations.NullMarked;
