// SPDX-License-Identifier: Apache-2.0
@NullMarked
package io.pmemcsi.driver.domain;

import org.jspecify.annotations.NullMarked;
