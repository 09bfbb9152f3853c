#pragma once
// A redo journal: what a save is about to write into a file, on the disk before its first byte is. A save
// that is cut off in the middle is completed from it.
//
// Header, path, chunks, one after the other, in the byte order of the machine. A chunk never crosses a page
// of the file, and knows what each sector of its part of the page was before: no kill, no short write and no
// power loss tears a sector. So whoever completes the save finds each sector either old or new, or sees that
// somebody else has written there since.

#include <cstdint>
#include <string>
#include <vector>

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
  /** Of the file, when nothing of the save was written yet; or after a part that failed. */
  int64_t ctimeNs;
  uint64_t pathLength;
  /** Over the fields above and the path. */
  uint64_t hash;
};

/** What a journal has to write, for a person to look at. */
struct JournalContents {
  JournalHeader header;
  /** Of the file that it is about. */
  std::string filePath;
  /** Whether each chunk is there as it was written; else those before the first that is not are here. */
  bool isWhole = false;
  /** What is written, in order, neighbours as one. */
  std::vector<double> offsets;
  std::vector<double> lengths;
  /** Theirs, one after the other; none where they are more than was asked for. */
  std::vector<uint8_t> bytes;
  bool hasBytes = false;
};

/** What a file has of a save. */
enum class JournalTrace {
  /** Each sector is as it was, or as it shall be; some are as they shall be, or none has to change. */
  kSome,
  /** All is as it was. */
  kNone,
  /** Somebody else has written there. */
  kOthers,
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

  /** What it has to write, with the bytes where those are at most so many. */
  Failure read(uint64_t mostBytes, JournalContents* contents) const;
  /** What the file, which is so long, has of it. */
  Failure look(int file, uint64_t size, JournalTrace* trace) const;
  /** Writes all of it into the file, cuts that where it becomes shorter and may be, to the disk, and goes. */
  Failure complete(int file, bool mayCut, SaveProgress& progress);
  /**
   * Nothing of it was written, and nobody is to complete it: that is so for good, whether it can be removed
   * or not. A failure by unlink: it is not.
   */
  Failure withdraw();

 private:
  Failure apply(int file, bool mayCut, SaveProgress& progress) const;
  /** From now on the file is as this save has left it. */
  void noteTouched(int file);
  /** Says in its place that there is nothing to do. */
  Failure makeVoid() const;

  std::string path_;
  std::string filePath_;
  Descriptor fd_;
  JournalHeader header_{};
};

/**
 * Completes a save that was cut off. ESTALE: the file is another, or was changed since; nothing is done.
 * ENODATA: it was changed since, and has nothing of the save, as if somebody had put back what was there;
 * nothing is done. ENOENT: it was withdrawn.
 */
Failure replayJournal(const std::string& path, SaveProgress& progress);
/**
 * The same over whatever others have written since. `filePath`: where the file is now. What they put behind
 * its old end stays, as far as the save does not reach there. ESTALE: that is another file.
 */
Failure forceJournal(const std::string& path, const std::string& filePath, SaveProgress& progress);
/** Reads one whose save does not run, and leaves it. EBADMSG where not even its header is whole. */
Failure readJournal(const std::string& path, uint64_t mostBytes, JournalContents* contents);

}  // namespace memglass
