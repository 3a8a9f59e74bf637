/* Preloaded into a process: writes down what it asks of the file system, one line a call, into the file
 * that ESCROWDB_WATCH names. The process may write lines of its own between them.
 *
 *   create PATH | write PATH | sync PATH | rename FROM<TAB>TO | remove PATH | folder PATH
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

static void say(const char *what, const char *path, const char *other) {
    static int log = -1;
    char line[9000];
    const char *name = getenv("ESCROWDB_WATCH");
    if (name == NULL) return;
    if (log < 0) log = (int)syscall(SYS_openat, AT_FDCWD, name, O_WRONLY | O_APPEND | O_CLOEXEC, 0);
    int length = snprintf(line, sizeof line, "%s %s%s%s\n", what, path, other ? "\t" : "",
                          other ? other : "");
    /* One call, so that a line is whole. */
    if (log < 0 || syscall(SYS_write, log, line, (size_t)length) != length) abort();
}

static void say_file(const char *what, int file) {
    char link[64], path[4096];
    snprintf(link, sizeof link, "/proc/self/fd/%d", file);
    ssize_t length = readlink(link, path, sizeof path - 1);
    if (length <= 0) return;
    path[length] = 0;
    say(what, path, NULL);
}

/* The name of a file in a folder, which may be that of the process. */
static const char *in_folder(int folder, const char *name, char path[4096]) {
    char link[64];
    if (folder == AT_FDCWD || name[0] == '/') return name;
    snprintf(link, sizeof link, "/proc/self/fd/%d", folder);
    ssize_t length = readlink(link, path, 2048);
    if (length <= 0) abort();
    snprintf(path + length, (size_t)(4096 - length), "/%s", name);
    return path;
}

#define NEXT(type, name, ...) type (*next)(__VA_ARGS__) = (type (*)(__VA_ARGS__))dlsym(RTLD_NEXT, name)

static int open_at(const char *name, int folder, const char *path, int flags, mode_t mode) {
    int creates = (flags & O_CREAT) && faccessat(folder, path, F_OK, 0) != 0;
    (void)name;
    int file = (int)syscall(SYS_openat, folder, path, flags | O_LARGEFILE, mode);
    if (file >= 0 && creates) say_file("create", file);
    return file;
}

#define MODE(last) mode_t mode = 0; \
    if (flags & O_CREAT) { va_list rest; va_start(rest, last); mode = va_arg(rest, mode_t); va_end(rest); }

int open(const char *path, int flags, ...) { MODE(flags) return open_at("open", AT_FDCWD, path, flags, mode); }
int open64(const char *path, int flags, ...) { MODE(flags) return open_at("open64", AT_FDCWD, path, flags, mode); }
int openat(int folder, const char *path, int flags, ...) { MODE(flags) return open_at("openat", folder, path, flags, mode); }
int openat64(int folder, const char *path, int flags, ...) { MODE(flags) return open_at("openat64", folder, path, flags, mode); }

ssize_t pwrite64(int file, const void *bytes, size_t count, off64_t offset) {
    NEXT(ssize_t, "pwrite64", int, const void *, size_t, off64_t);
    say_file("write", file);
    return next(file, bytes, count, offset);
}

int ftruncate64(int file, off64_t length) {
    NEXT(int, "ftruncate64", int, off64_t);
    say_file("write", file);
    return next(file, length);
}

int fdatasync(int file) {
    NEXT(int, "fdatasync", int);
    int result = next(file);
    if (result == 0) say_file("sync", file);
    return result;
}

int fsync(int file) {
    NEXT(int, "fsync", int);
    int result = next(file);
    if (result == 0) say_file("sync", file);
    return result;
}

int rename(const char *from, const char *to) {
    NEXT(int, "rename", const char *, const char *);
    int result = next(from, to);
    if (result == 0) say("rename", from, to);
    return result;
}

int unlink(const char *path) {
    NEXT(int, "unlink", const char *);
    int result = next(path);
    if (result == 0) say("remove", path, NULL);
    return result;
}

int mkdir(const char *path, mode_t mode) {
    NEXT(int, "mkdir", const char *, mode_t);
    int result = next(path, mode);
    if (result == 0) say("folder", path, NULL);
    return result;
}

int renameat(int from_folder, const char *from, int to_folder, const char *to) {
    NEXT(int, "renameat", int, const char *, int, const char *);
    char from_path[4096], to_path[4096];
    int result = next(from_folder, from, to_folder, to);
    if (result == 0) say("rename", in_folder(from_folder, from, from_path), in_folder(to_folder, to, to_path));
    return result;
}

int unlinkat(int folder, const char *name, int flags) {
    NEXT(int, "unlinkat", int, const char *, int);
    char path[4096];
    int result = next(folder, name, flags);
    if (result == 0) say("remove", in_folder(folder, name, path), NULL);
    return result;
}

int mkdirat(int folder, const char *name, mode_t mode) {
    NEXT(int, "mkdirat", int, const char *, mode_t);
    char path[4096];
    int result = next(folder, name, mode);
    if (result == 0) say("folder", in_folder(folder, name, path), NULL);
    return result;
}
