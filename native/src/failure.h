#pragma once
// How every file of system calls reports a failure: the errno and the call, never an exception and never -1.

#include <cstdint>
#include <string>

namespace memglass {

struct Failure {
  int error = 0;
  const char* syscall = "";
  explicit operator bool() const { return error != 0; }
};

/** `EACCES` for 13. Own table: strerrorname_np(3) is younger than the oldest glibc we serve, and musl has
 * none. */
std::string errnoName(int error);

}  // namespace memglass
