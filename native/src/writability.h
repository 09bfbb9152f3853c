#pragma once
// Whether a file can be written, before anybody types.

#include "file_open.h"

namespace memglass {

enum class Writability {
  kYes,
  /** Mode or ACL. */
  kMode,
  /** The file system is mounted for reading. */
  kMount,
  /** Attributes of chattr(1). */
  kImmutable,
  kAppendOnly,
  /** A seal of a memfd. */
  kSealed,
  /** It is a program that runs. */
  kRunning,
  /** A block device that is set to be read only. */
  kDevice,
  /** Neither a regular file nor a block device. */
  kKind,
};

/** Asks without opening for writing, which other processes could see; but for programs, of which only that
 * tells. */
Failure readWritability(const OpenFile& file, Writability* answer);

}  // namespace memglass
