#pragma once
// The lines of a file beneath a process's folder, of one program from the first to the last.

#include <atomic>
#include <cstddef>
#include <functional>

#include "failure.h"
#include "process_folder.h"

namespace memglass {

struct LineReader {
  /** Forgets what it has taken: the program became another, and the listing starts again. */
  std::function<void()> restart;
  /** The bounds of whole lines, newlines included; `maps` is the open file they are from. */
  std::function<void(const char* begin, const char* end)> take;
  /** Before the file is closed, once all lines are taken. */
  std::function<void(int file)> finish;
  /**
   * Bytes of the longest piece so far that the kernel makes at once (a line; of smaps the lines of a region);
   * 0 where nobody knows.
   */
  std::function<size_t()> longestPiece;
};

/**
 * Reads `name` of a process, up to a page at a time as the kernel gives it. Where the program ends in the
 * middle (exec keeps number and start time), it starts again. ESRCH where it goes on doing so.
 */
Failure readProcessLines(const ProcessKey& key, const char* name, const std::atomic<bool>& canceled,
                         const LineReader& reader);

}  // namespace memglass
