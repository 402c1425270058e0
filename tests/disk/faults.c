/* A disk that fails when it is told to: interposed (LD_PRELOAD) before the C library, for one database's files only.
 *
 * FAULTY_DISK names a file of `struct control`, which the test maps too. Each operation of the chosen kinds on
 * <path>, <path>-wal or <path>-journal is counted; those numbered from `at` to `until` fail with `action`, an errno.
 * Action -1 kills the process instead of the operation, -2 does half of a write first.
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

enum { WRITE = 1, SYNC = 2, READ = 4, TRUNCATE = 8 };
enum { KILL = -1, TEAR = -2 };

struct control {
    int64_t count;
    int64_t at;
    int64_t until;
    int64_t kinds;
    int64_t action;
    int64_t fired;
    char path[976];
};

static struct control *control;

__attribute__((constructor)) static void map_control(void) {
    const char *name = getenv("FAULTY_DISK");
    int file = name ? open(name, O_RDWR | O_CLOEXEC) : -1;
    if (file < 0)
        return;
    void *found = mmap(NULL, sizeof(struct control), PROT_READ | PROT_WRITE, MAP_SHARED, file, 0);
    close(file);
    if (found != MAP_FAILED)
        control = found;
}

static int concerns(int descriptor) {
    char link[64], path[1024];
    size_t size = strlen(control->path);
    if (size == 0)
        return 0;
    snprintf(link, sizeof link, "/proc/self/fd/%d", descriptor);
    ssize_t length = readlink(link, path, sizeof path - 1);
    if (length < (ssize_t)size || memcmp(path, control->path, size) != 0)
        return 0;
    path[length] = 0;
    const char *rest = path + size;
    return *rest == 0 || strcmp(rest, "-wal") == 0 || strcmp(rest, "-journal") == 0;
}

/* 0: go on. Else: fail with errno set. */
static int fails(int kind, int descriptor) {
    if (control == NULL || !(control->kinds & kind) || !concerns(descriptor))
        return 0;
    int64_t number = __atomic_add_fetch(&control->count, 1, __ATOMIC_SEQ_CST);
    if (control->at == 0 || number < control->at || number > control->until)
        return 0;
    __atomic_add_fetch(&control->fired, 1, __ATOMIC_SEQ_CST);
    if (control->action == KILL)
        kill(getpid(), SIGKILL);
    errno = (int)control->action;
    return control->action == TEAR ? TEAR : 1;
}

#define REAL(name) static __typeof__(&name) real; if (!real) real = (__typeof__(&name))dlsym(RTLD_NEXT, #name)

#define WRITER(name, offset_type)                                                         \
    ssize_t name(int descriptor, const void *data, size_t size, offset_type offset) {     \
        REAL(name);                                                                       \
        int failed = fails(WRITE, descriptor);                                            \
        if (failed == TEAR) {                                                             \
            real(descriptor, data, size / 2, offset);                                     \
            kill(getpid(), SIGKILL);                                                      \
        }                                                                                 \
        return failed ? -1 : real(descriptor, data, size, offset);                        \
    }
WRITER(pwrite, off_t)
WRITER(pwrite64, off64_t)

ssize_t write(int descriptor, const void *data, size_t size) {
    REAL(write);
    return fails(WRITE, descriptor) ? -1 : real(descriptor, data, size);
}

#define READER(name, offset_type)                                                         \
    ssize_t name(int descriptor, void *data, size_t size, offset_type offset) {           \
        REAL(name);                                                                       \
        return fails(READ, descriptor) ? -1 : real(descriptor, data, size, offset);       \
    }
READER(pread, off_t)
READER(pread64, off64_t)

#define ONE(name, kind)                                                                   \
    int name(int descriptor) {                                                            \
        REAL(name);                                                                       \
        return fails(kind, descriptor) ? -1 : real(descriptor);                           \
    }
ONE(fsync, SYNC)
ONE(fdatasync, SYNC)

#define CUTTER(name, size_type)                                                           \
    int name(int descriptor, size_type size) {                                            \
        REAL(name);                                                                       \
        return fails(TRUNCATE, descriptor) ? -1 : real(descriptor, size);                 \
    }
CUTTER(ftruncate, off_t)
CUTTER(ftruncate64, off64_t)
