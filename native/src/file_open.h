#pragma once
// Opening a file for reading without side effects: first what it is, then that very inode.

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "descriptor.h"
#include "failure.h"
#include "file_facts.h"

namespace memglass {

class Attachment;
class FolderWatch;

enum class Strategy { kMap, kRead };

/** Bytes from the first one up to the end, which is not among them. */
struct LockedRange {
  uint64_t start;
  uint64_t end;
};

/** Belongs to one thread. */
struct OpenFile {
  OpenFile();
  ~OpenFile();
  OpenFile(const OpenFile&) = delete;
  OpenFile& operator=(const OpenFile&) = delete;

  Descriptor fd;
  /** Opened when something is first written. */
  Descriptor writable;
  /** What is locked through `writable`. */
  std::vector<LockedRange> locked;
  std::string path;
  FileFacts facts;
  Strategy strategy = Strategy::kRead;
  /** The file's key in the window cache; never used again after. */
  uint64_t id = 0;
  /** Of the same address space, where the file is the memory of a process. */
  Descriptor maps;
  /** A System V segment in the place of a file. */
  std::unique_ptr<Attachment> attachment;
  /** A watched folder in the place of a file. */
  std::shared_ptr<FolderWatch> watch;
  /** The size after the last mapped read. */
  uint64_t lastEnd = 0;

  /** How many are open in the process. */
  static size_t count();
};

/** Facts of a path, found on an O_PATH descriptor. A block device is opened for its size, and nothing else
 * is. */
Failure inspectPath(const std::string& path, FileFacts* facts);

/** Opens; on ENOTSUP `file->facts.kind` tells what stands there. */
Failure openForReading(const std::string& path, OpenFile* file);

/** Takes over what is open already, of which `file->facts` are known. */
void takeOpen(Descriptor opened, const std::string& path, OpenFile* file);

}  // namespace memglass
