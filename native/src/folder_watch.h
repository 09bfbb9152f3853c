#pragma once
// inotify(7) on a folder and its subfolders: names that come, go and change. What is stored through a mapping
// is not seen by it.

#include <cstdint>
#include <map>
#include <memory>
#include <string>

#include "descriptor.h"
#include "failure.h"

namespace memglass {

/** Bits of a change. */
constexpr uint8_t kCreated = 1;
constexpr uint8_t kDeleted = 2;
constexpr uint8_t kModified = 4;
constexpr uint8_t kAttributes = 8;

struct FolderChanges {
  /** What happened to each name, relative to the folder, all in one. */
  std::map<std::string, uint8_t> names;
  /** Changes were lost: list the folder again. */
  bool overflowed = false;
  /** The folder itself is deleted, moved or unmounted: nothing more will come. */
  bool gone = false;
};

class FolderWatch {
 public:
  static Failure open(const std::string& path, std::unique_ptr<FolderWatch>* watch);

  /**
   * Waits for a change, lets `settleMs` go by so that a burst is one answer, and takes all there is.
   * ECANCELED once interrupted.
   */
  Failure next(int settleMs, FolderChanges* changes);
  /** From any thread: ends the running `next` and all later ones. */
  void interrupt();

 private:
  FolderWatch() = default;
  Failure wait(int timeoutMs, bool forChanges, bool* ready);
  void take(FolderChanges* changes);
  bool addFolder(int folder, const std::string& prefix, bool root);
  void watchNewFolders();
  void addBelow(int folder, const std::string& prefix, int depth);

  Descriptor inotify_;
  Descriptor wake_;
  std::string path_;
  uint64_t device_ = 0;
  uint64_t inode_ = 0;
  int root_ = -1;
  /** The subfolder that each watch is on; empty for the folder itself. */
  std::map<int, std::string> prefixes_;
};

}  // namespace memglass
