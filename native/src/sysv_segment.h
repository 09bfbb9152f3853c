#pragma once
// System V shared memory: segments by their ids, and attachments that are read without being loaded from.

#include <cstdint>
#include <memory>

#include "atomic_store.h"
#include "buckets.h"
#include "failure.h"
#include "file_read.h"
#include "posix_object.h"
#include "residency.h"

namespace memglass {

/** shmctl(2). Times in seconds since 1970, 0 for never. */
struct SegmentFacts {
  int32_t key = 0;
  uint32_t mode = 0;
  uint32_t uid = 0;
  uint32_t gid = 0;
  uint32_t creatorUid = 0;
  uint32_t creatorGid = 0;
  uint64_t size = 0;
  int64_t attached = 0;
  int64_t detached = 0;
  int64_t changed = 0;
  int32_t creatorPid = 0;
  int32_t lastPid = 0;
  uint64_t attachments = 0;
};

/** An id is given again once the 32768 × 65536 are through; size and creator tell the segments apart. */
struct ExpectedSegment {
  uint64_t size = 0;
  int32_t creatorPid = 0;
};

/** Also of a segment that may not be read, on Linux 4.17 and later. */
Failure readSegment(int id, SegmentFacts* facts);
/** A new segment, never an existing one; key 0 makes a private one. */
Failure createSegment(int32_t key, uint64_t size, uint32_t mode, int* id);
Failure changeSegment(int id, const ExpectedSegment& expected, const OwnerChange& change);
/** IPC_RMID: the id stays until the last process has detached. */
Failure removeSegment(int id, const ExpectedSegment& expected);
/** By an attachment of its own that lasts as long as the call. */
Failure writeSegment(int id, uint64_t offset, const uint8_t* bytes, size_t length,
                     const ExpectedSegment& expected, size_t* written);
/** As storeMapped, by an attachment of its own that lasts as long as the call. */
Failure storeInSegment(int id, const Store& store, const ExpectedSegment& expected, Stored* stored);

/** Detached when it goes. Belongs to one thread at a time. */
class Attachment {
 public:
  static Failure attach(int id, bool readOnly, std::unique_ptr<Attachment>* attachment);
  ~Attachment();
  Attachment(const Attachment&) = delete;
  Attachment& operator=(const Attachment&) = delete;

  const SegmentFacts& facts() const { return facts_; }
  /** `skipAbsent`: pages without memory are not given any by the look at them, but named ENODATA. */
  ReadOutcome read(uint64_t offset, uint8_t* into, size_t length, bool skipAbsent) const;
  ResidencyAnswer presence(const Buckets& buckets, uint8_t* into) const;
  /** The count, or -errno. */
  int64_t write(uint64_t offset, const uint8_t* bytes, size_t length);
  Failure store(const Store& store, Stored* stored);

  /** How many there are in the process. */
  static size_t count();

 private:
  Attachment(uint8_t* base) : base_(base) {}
  bool isPresent(uint64_t page) const;
  uint8_t* base_;
  SegmentFacts facts_;
};

}  // namespace memglass
