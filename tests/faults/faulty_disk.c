/* A disk that fails, put between a program and the C library by LD_PRELOAD.

   Calls that change files below a folder are counted: open for writing, write, fsync, rename, mkdir, truncate,
   link. From a chosen call on they fail, once or for good; or writes fail once so many bytes were written, the
   last of them in part, as on a disk that is full. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/types.h>
#include <sys/uio.h>
#include <unistd.h>

static char folder[PATH_MAX];
static long calls, fail_at, room = -1;
static int number, once;

/* fail_at: the call that fails, 0 for none; room: bytes that can be written, -1 for any; once: later calls work. */
void faulty_disk(const char *below, long at, long bytes, int error, int only_once) {
  snprintf(folder, sizeof folder, "%s", below);
  calls = 0, fail_at = at, room = bytes, number = error, once = only_once;
}

long faulty_disk_calls(void) { return calls; }

static int ours(const char *path) {
  return folder[0] && path && strncmp(path, folder, strlen(folder)) == 0;
}

static int ours_fd(int handle) {
  char name[64], path[PATH_MAX];
  if (!folder[0]) return 0;
  snprintf(name, sizeof name, "/proc/self/fd/%d", handle);
  ssize_t size = readlink(name, path, sizeof path - 1);
  if (size <= 0) return 0;
  path[size] = 0;
  return ours(path);
}

static int fails(void) {
  long call = __sync_add_and_fetch(&calls, 1);
  if (fail_at && (once ? call == fail_at : call >= fail_at)) {
    errno = number;
    return 1;
  }
  return 0;
}

/* How much of a write there is room for; -1 where it fails. */
static ssize_t allowed(int handle, size_t count) {
  if (!ours_fd(handle)) return count;
  if (fails()) return -1;
  if (room < 0) return count;
  if (room == 0 && count) {
    errno = number;
    return -1;
  }
  size_t taken = count < (size_t)room ? count : (size_t)room;
  room -= taken;
  return taken;
}

#define REAL(name) ((__typeof__(&name))dlsym(RTLD_NEXT, #name))

ssize_t write(int handle, const void *data, size_t count) {
  ssize_t some = allowed(handle, count);
  return some < 0 ? -1 : REAL(write)(handle, data, some);
}
ssize_t pwrite(int handle, const void *data, size_t count, off_t at) {
  ssize_t some = allowed(handle, count);
  return some < 0 ? -1 : REAL(pwrite)(handle, data, some, at);
}
ssize_t pwrite64(int handle, const void *data, size_t count, off64_t at) {
  ssize_t some = allowed(handle, count);
  return some < 0 ? -1 : REAL(pwrite64)(handle, data, some, at);
}
ssize_t writev(int handle, const struct iovec *parts, int count) {
  if (ours_fd(handle) && (fails() || room == 0)) {
    errno = number;
    return -1;
  }
  return REAL(writev)(handle, parts, count);
}

static int mode_of(int flags, va_list more) { return flags & (O_CREAT | O_TMPFILE) ? va_arg(more, int) : 0; }
#define WRITES(flags) ((flags) & (O_WRONLY | O_RDWR | O_CREAT | O_TRUNC))
#define OPEN(name)                                                  \
  int name(const char *path, int flags, ...) {                      \
    va_list more;                                                   \
    va_start(more, flags);                                          \
    int mode = mode_of(flags, more);                                \
    va_end(more);                                                   \
    if (WRITES(flags) && ours(path) && fails()) return -1;          \
    return REAL(name)(path, flags, mode);                           \
  }
OPEN(open)
OPEN(open64)
#define OPENAT(name)                                                \
  int name(int at, const char *path, int flags, ...) {              \
    va_list more;                                                   \
    va_start(more, flags);                                          \
    int mode = mode_of(flags, more);                                \
    va_end(more);                                                   \
    if (WRITES(flags) && ours(path) && fails()) return -1;          \
    return REAL(name)(at, path, flags, mode);                       \
  }
OPENAT(openat)
OPENAT(openat64)
FILE *fopen(const char *path, const char *mode) {
  return !strchr(mode, 'r') && ours(path) && fails() ? NULL : REAL(fopen)(path, mode);
}
FILE *fopen64(const char *path, const char *mode) {
  return !strchr(mode, 'r') && ours(path) && fails() ? NULL : REAL(fopen64)(path, mode);
}
int fsync(int handle) { return ours_fd(handle) && fails() ? -1 : REAL(fsync)(handle); }
int fdatasync(int handle) { return ours_fd(handle) && fails() ? -1 : REAL(fdatasync)(handle); }
int rename(const char *from, const char *to) { return ours(to) && fails() ? -1 : REAL(rename)(from, to); }
int mkdir(const char *path, mode_t mode) { return ours(path) && fails() ? -1 : REAL(mkdir)(path, mode); }
int ftruncate(int handle, off_t size) { return ours_fd(handle) && fails() ? -1 : REAL(ftruncate)(handle, size); }
int ftruncate64(int handle, off64_t size) { return ours_fd(handle) && fails() ? -1 : REAL(ftruncate64)(handle, size); }
int link(const char *from, const char *to) { return ours(to) && fails() ? -1 : REAL(link)(from, to); }
