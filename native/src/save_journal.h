#pragma once
// A redo journal: what a save is about to write into a file, on the disk before its first byte is. A save
// that is cut off in the middle is completed from it.
//
// Header, path, chunks, one after the other, in the byte order of the machine. A chunk never crosses a page
// of the file (neither a kill nor the page cache tears a page), and knows what the page's part was before:
// so whoever completes the save finds each chunk either old or new, but for one that a short write has ended
// in, or sees that somebody else has written there since.

#include <cstdint>
#include <string>

#include "descriptor.h"
#include "save_request.h"

namespace memglass {

struct JournalHeader {
  char magic[8];
  uint64_t dev;
  uint64_t ino;
  uint64_t oldSize;
  uint64_t newSize;
  uint64_t chunks;
  uint64_t pathLength;
  /** Over the fields above and the path. */
  uint64_t hash;
};

/** A journal while a save runs: locked, so that nobody takes the save for one that was cut off. */
class Journal {
 public:
  Journal() = default;
  Journal(Journal&&) = default;
  Journal(const Journal&) = delete;
  Journal& operator=(const Journal&) = delete;

  /**
   * Writes it for what the request makes of the file, and to the disk, its folder too. EEXIST: there is one
   * already. The old file is read, and not touched. Where it fails nothing is left.
   */
  static Failure write(const std::string& path, int file, const std::string& filePath,
                       const SaveRequest& request, SaveProgress& progress, Journal* journal);
  /** Opens and checks one that is there. EWOULDBLOCK: its save is running. EBADMSG: it is no whole journal.
   */
  static Failure open(const std::string& path, Journal* journal);

  const JournalHeader& header() const { return header_; }
  /** Of the file that it is about. */
  const std::string& filePath() const { return filePath_; }

  /** Whether each chunk of the file is as it was before the save, or as it shall be. */
  Failure look(int file, bool* isUntouched) const;
  /** Writes all of it into the file, and cuts that where it becomes shorter. Not to the disk yet. */
  Failure apply(int file, SaveProgress& progress) const;
  /** Removes it, and that to the disk. */
  Failure remove();

 private:
  std::string path_;
  std::string filePath_;
  Descriptor fd_;
  JournalHeader header_{};
};

/** Completes a save that was cut off. ESTALE: the file is another, or was changed since; nothing is done. */
Failure replayJournal(const std::string& path, SaveProgress& progress);

}  // namespace memglass
