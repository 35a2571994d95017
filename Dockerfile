# SPDX-License-Identifier: Apache-2.0
#
# The driver and what it calls. "make image" builds this, and makes the base image from Debian's packages where no registry
# can be reached. By hand: make build && docker build -t pmem-csi-driver:dev .
#
# The distribution comes ready made from "make build": its Java archives are the same for every architecture, and a Maven in here would
# need this machine's settings for repositories. What depends on the architecture is made here: the Java runtime and its AOT cache.

# What the driver calls. Of xfsprogs only xfs_scrub needs Python and ICU, which are 80 MB: a package of the name
# no-xfs-scrub says that it stands in for them, so that apt finds nothing wrong, and the programs that would not run are removed.
FROM debian:trixie-slim AS base
RUN mkdir -p /tmp/stand-in/DEBIAN \
    && printf '%s\n' 'Package: no-xfs-scrub' 'Version: 1' 'Architecture: all' 'Multi-Arch: allowed' \
        'Maintainer: PMEM-CSI <pmem-csi@localhost>' 'Description: stands in for what only xfs_scrub needs' \
        'Provides: libicu76 (= 76.1-4), python3 (= 3.13.5-1), python3-dbus (= 1.4.0-1)' >/tmp/stand-in/DEBIAN/control \
    && dpkg-deb --build /tmp/stand-in && dpkg --install /tmp/stand-in.deb && rm -r /tmp/stand-in* \
    && apt-get update \
    && DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends e2fsprogs liblvm2cmd2.03 libndctl6 xfsprogs \
    && rm /usr/sbin/xfs_scrub* \
    && mkfs.xfs -V && xfs_growfs -V && mkfs.ext4 -V \
    && apt-get clean && rm -rf /var/lib/apt/lists/* /var/log/* /var/cache/*

# java.logging: gRPC; java.naming and java.xml: logback; java.management: figures about the process; jdk.httpserver: metrics and probes;
# jdk.unsupported: protobuf, Netty and JNR.
FROM debian:trixie-slim AS jre
# The package wants to put links to manual pages where a slim image has no folder.
RUN mkdir -p /usr/share/man/man1 && apt-get update \
    && DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends binutils openjdk-25-jdk-headless
RUN jlink --add-modules java.base,java.logging,java.management,java.naming,java.xml,jdk.httpserver,jdk.unsupported \
    --no-header-files --no-man-pages --strip-debug --compress zip-6 --output /opt/jre

# A cache belongs to one Java runtime and to archives of one path and time: it is trained where both are the final ones.
FROM base AS trained
COPY target/pmem-csi /opt/pmem-csi
COPY --from=jre /opt/jre /opt/pmem-csi/jre
COPY scripts/train-aot /tmp/
RUN /tmp/train-aot /opt/pmem-csi /opt/pmem-csi/lib/pmem-csi.aot \
    && PMEM_CSI_JAVA_OPTS=-XX:AOTMode=on /opt/pmem-csi/bin/pmem-csi version

FROM base
ARG VERSION=dev
ARG REVISION=unknown
LABEL org.opencontainers.image.title="PMEM-CSI" \
      org.opencontainers.image.description="CSI driver for persistent memory in Kubernetes" \
      org.opencontainers.image.licenses="Apache-2.0" \
      org.opencontainers.image.base.name="docker.io/library/debian:trixie-slim" \
      org.opencontainers.image.version="$VERSION" \
      org.opencontainers.image.revision="$REVISION"
COPY --from=trained /opt/pmem-csi /opt/pmem-csi
RUN ln -s /opt/pmem-csi/bin/pmem-csi /usr/local/bin/pmem-csi
# Only "node" and "prepare" need root; deploy/ asks for it there.
USER 65532:65532
ENTRYPOINT ["pmem-csi"]
