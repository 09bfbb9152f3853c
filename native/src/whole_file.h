#pragma once
// The whole text of a file in /proc, whose reads give a page at most and whose size nobody knows.

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <string>

namespace memglass {

/** Reads on to the end: 0, or the errno. */
inline int readToEnd(int fd, std::string* text) {
  char piece[8192];
  for (;;) {
    const ssize_t got = ::read(fd, piece, sizeof piece);
    if (got == 0) return 0;
    if (got > 0) {
      text->append(piece, static_cast<size_t>(got));
    } else if (errno != EINTR) {
      return errno;
    }
  }
}

/** 0, or the errno of openat(2) or read(2). */
inline int readWhole(int folder, const char* name, std::string* text) {
  const int fd = ::openat64(folder, name, O_RDONLY | O_CLOEXEC);
  if (fd < 0) return errno;
  const int error = readToEnd(fd, text);
  ::close(fd);
  return error;
}

}  // namespace memglass
