// SPDX-License-Identifier: Apache-2.0
/*
 * daxmap FILE PERCENT: allocates a file that fills PERCENT of the free space of its file system, maps it with MAP_SYNC,
 * writes to each of its 2 MiB, and prints what the kernel did:
 *   dax=0|1        whether statx(2) says that the file is mapped directly (STATX_ATTR_DAX)
 *   pages=N        how many times 2 MiB were touched
 *   pmd=N          page faults that were answered with a 2 MiB page: fs_dax trace events dax_pmd_fault_done with the result
 *                  NEEDDSYNC (a first write through MAP_SYNC) or NOPAGE
 *   fallback=N     those that fell back to 4 KiB pages
 * Must run as root, with tracefs at /sys/kernel/tracing.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

#ifndef STATX_ATTR_DAX
#define STATX_ATTR_DAX 0x00200000
#endif

static const size_t page = 2 << 20;
static char instance[128];

static void fail(const char *what) {
    fprintf(stderr, "daxmap: %s: %s\n", what, strerror(errno));
    exit(1);
}

static void set(const char *name, const char *value) {
    char path[256];
    snprintf(path, sizeof path, "%s/%s", instance, name);
    int fd = open(path, O_WRONLY | O_TRUNC);
    if (fd < 0 || write(fd, value, strlen(value)) < 0) fail(path);
    close(fd);
}

int main(int argc, char **argv) {
    if (argc != 3) {
        fprintf(stderr, "usage: daxmap FILE PERCENT\n");
        return 2;
    }
    char pid[32];
    snprintf(pid, sizeof pid, "%d", getpid());
    int fd = open(argv[1], O_RDWR | O_CREAT | O_EXCL, 0600);
    if (fd < 0) fail(argv[1]);
    struct statvfs space;
    if (fstatvfs(fd, &space) < 0) fail("fstatvfs");
    size_t size = (size_t) space.f_bavail * space.f_frsize / 100 * (size_t) atoi(argv[2]) / page * page;
    if ((errno = posix_fallocate(fd, 0, (off_t) size)) != 0) fail("posix_fallocate");
    struct statx status;
    if (statx(fd, "", AT_EMPTY_PATH, STATX_BASIC_STATS, &status) < 0) fail("statx");

    snprintf(instance, sizeof instance, "/sys/kernel/tracing/instances/daxmap-%s", pid);
    if (mkdir(instance, 0700) < 0) fail(instance);
    set("buffer_size_kb", "8192");
    set("set_event_pid", pid);
    set("events/fs_dax/dax_pmd_fault_done/enable", "1");
    char *map = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_SHARED_VALIDATE | MAP_SYNC, fd, 0);
    if (map == MAP_FAILED) fail("mmap with MAP_SYNC");
    for (size_t at = 0; at < size; at += page) map[at] = 'x';
    set("events/fs_dax/dax_pmd_fault_done/enable", "0");

    char path[256], *line = NULL;
    size_t length = 0;
    long pmd = 0, fallback = 0;
    snprintf(path, sizeof path, "%s/trace", instance);
    FILE *trace = fopen(path, "r");
    if (!trace) fail(path);
    while (getline(&line, &length, trace) > 0) {
        if (!strstr(line, "dax_pmd_fault_done")) continue;
        if (strstr(line, "FALLBACK")) fallback++;
        else if (strstr(line, "NEEDDSYNC") || strstr(line, "NOPAGE")) pmd++;
    }
    fclose(trace);
    if (rmdir(instance) < 0) fail(instance);
    printf("dax=%d pages=%zu pmd=%ld fallback=%ld\n", (status.stx_attributes & STATX_ATTR_DAX) != 0, size / page, pmd,
           fallback);
    return 0;
}
