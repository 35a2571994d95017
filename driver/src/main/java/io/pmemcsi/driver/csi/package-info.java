// SPDX-License-Identifier: Apache-2.0
/** The CSI services: read a request, call one use case, write the reply. The only package besides server that knows gRPC. */
@NullMarked
package io.pmemcsi.driver.csi;

import org.jspecify.annotations.NullMarked;
