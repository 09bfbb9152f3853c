#pragma once
// Making a new file look like another: owner, mode, ACL and other extended attributes.

#include <cstdint>
#include <string>

#include "failure.h"
#include "file_facts.h"
#include "file_open.h"

namespace memglass {

/** Both descriptors are open, `to` for writing. Fails where anything cannot be kept. */
Failure makeAlike(int from, const FileFacts& facts, int to);

/** The same after the regular file at `path`, which is opened for reading. */
Failure makeAlike(const std::string& path, const OpenFile& to);

/**
 * What the kernel takes from a file that is written to, in case somebody else has put a program of his there:
 * set-user-ID, set-group-ID and capabilities. The user who may give them does so again.
 */
class WriteTakes {
 public:
  /** As the file has them before it is written to. */
  explicit WriteTakes(int fd);

  /** Gives back what was taken, as far as this user may. Answers whether there was anything to be given. */
  bool giveBack(int fd) const;

 private:
  uint32_t mode_ = 0;
  std::string capabilities_;
};

}  // namespace memglass
