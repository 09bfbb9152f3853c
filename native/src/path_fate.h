#pragma once
// What has become of the path since the file was opened.

#include <string>

#include "file_open.h"

namespace memglass {

enum class PathFateKind { kSame, kReplaced, kDeleted, kMoved, kUnmounted, kUnknown };

struct PathFate {
  PathFateKind kind = PathFateKind::kUnknown;
  std::string movedTo;
  int error = 0;
};

struct FileProbe {
  FileFacts now;
  PathFate path;
};

Failure probeFile(const OpenFile& file, FileProbe* probe);

}  // namespace memglass
