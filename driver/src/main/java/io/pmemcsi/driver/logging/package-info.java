// SPDX-License-Identifier: Apache-2.0
/** The form of the log, set up in code: reading an XML file would slow down every start. */
@NullMarked
package io.pmemcsi.driver.logging;

import org.jspecify.annotations.NullMarked;
