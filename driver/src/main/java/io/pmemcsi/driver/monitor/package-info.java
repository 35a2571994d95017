// SPDX-License-Identifier: Apache-2.0
/** What the driver tells those who watch it: metrics and health over HTTP. */
@NullMarked
package io.pmemcsi.driver.monitor;

import org.jspecify.annotations.NullMarked;
