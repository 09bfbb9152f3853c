#pragma once
// POSIX shared memory as what it is on Linux, files of a tmpfs: making, removing and changing them.

#include <cstdint>
#include <optional>
#include <string>

#include "failure.h"
#include "file_facts.h"

namespace memglass {

/** The object that the caller has seen; anything else is ESTALE, and is left as it is. */
struct ExpectedObject {
  uint64_t dev = 0;
  uint64_t ino = 0;
  /** Not looked at where the call does not depend on it. */
  uint64_t size = 0;
};

struct NewObject {
  uint64_t size = 0;
  /** Memory for all of it is set aside now, or refused now; otherwise the one who writes runs out of it. */
  bool reserve = true;
  uint32_t mode = 0600;
};

struct OwnerChange {
  std::optional<uint32_t> mode, uid, gid;
};

/** Strips leading slashes, as shm_open(3) does; EINVAL and ENAMETOOLONG for what it refuses. */
Failure normalizeName(std::string* name);

/** Makes a new object and never opens another's; where it fails nothing is left behind. */
Failure createObject(const std::string& folder, const std::string& name, const NewObject& wanted,
                     FileFacts* facts);

/**
 * Removes a name. Linux has no call that removes a name only while it is a certain object's, so that one
 * which takes the name between two neighbouring system calls is removed in its stead; that is found out and
 * said (ESTALE by unlinkat).
 */
Failure unlinkObject(const std::string& path, const ExpectedObject& expected);

Failure changeObject(const std::string& path, const ExpectedObject& expected, const OwnerChange& change);

/** ftruncate(2), and fallocate(2) if asked for; undone where that fails. */
Failure setSize(int fd, uint64_t before, uint64_t size, bool reserve);

}  // namespace memglass
