#include "sysv_segment.h"

#include <sys/ipc.h>
#include <sys/mman.h>
#include <sys/shm.h>

#include <algorithm>
#include <atomic>
#include <cerrno>

#include "guarded_copy.h"

namespace memglass {
namespace {

std::atomic<size_t> attachments{0};

/** linux/shm.h of Linux 4.17. Takes the low bits of an id, and answers the id. */
constexpr int kShmStatAny = 15;
constexpr int kIndexBits = 15;

void convert(const shmid_ds& found, SegmentFacts* facts) {
  facts->key = found.shm_perm.__key;
  facts->mode = found.shm_perm.mode;
  facts->uid = found.shm_perm.uid;
  facts->gid = found.shm_perm.gid;
  facts->creatorUid = found.shm_perm.cuid;
  facts->creatorGid = found.shm_perm.cgid;
  facts->size = found.shm_segsz;
  facts->attached = found.shm_atime;
  facts->detached = found.shm_dtime;
  facts->changed = found.shm_ctime;
  facts->creatorPid = found.shm_cpid;
  facts->lastPid = found.shm_lpid;
  facts->attachments = found.shm_nattch;
}

Failure readRaw(int id, shmid_ds* found) {
  if (::shmctl(id, IPC_STAT, found) == 0) return {};
  const Failure failure{errno, "shmctl"};
  if (failure.error != EACCES) return failure;
  return ::shmctl(id & ((1 << kIndexBits) - 1), kShmStatAny, found) == id ? Failure{} : failure;
}

Failure readExpected(int id, const ExpectedSegment& expected, shmid_ds* found) {
  if (Failure failure = readRaw(id, found)) return failure;
  const bool same = found->shm_segsz == expected.size && found->shm_cpid == expected.creatorPid;
  return same ? Failure{} : Failure{ESTALE, "shmctl"};
}

}  // namespace

Failure readSegment(int id, SegmentFacts* facts) {
  shmid_ds found;
  if (Failure failure = readRaw(id, &found)) return failure;
  convert(found, facts);
  return {};
}

Failure createSegment(int32_t key, uint64_t size, uint32_t mode, int* id) {
  const int flags = IPC_CREAT | IPC_EXCL | static_cast<int>(mode & 0777);
  *id = ::shmget(key, size, flags);
  return *id < 0 ? Failure{errno, "shmget"} : Failure{};
}

Failure changeSegment(int id, const ExpectedSegment& expected, const OwnerChange& change) {
  shmid_ds segment;
  if (Failure failure = readExpected(id, expected, &segment)) return failure;
  segment.shm_perm.uid = change.uid.value_or(segment.shm_perm.uid);
  segment.shm_perm.gid = change.gid.value_or(segment.shm_perm.gid);
  segment.shm_perm.mode = static_cast<unsigned short>(change.mode.value_or(segment.shm_perm.mode) & 0777);
  return ::shmctl(id, IPC_SET, &segment) == 0 ? Failure{} : Failure{errno, "shmctl"};
}

Failure removeSegment(int id, const ExpectedSegment& expected) {
  shmid_ds segment;
  if (Failure failure = readExpected(id, expected, &segment)) return failure;
  return ::shmctl(id, IPC_RMID, nullptr) == 0 ? Failure{} : Failure{errno, "shmctl"};
}

namespace {

/** Attached for writing: it cannot go or change its size any more. */
Failure attachExpected(int id, uint64_t offset, uint64_t length, const ExpectedSegment& expected,
                       std::unique_ptr<Attachment>* attachment) {
  if (offset > expected.size || length > expected.size - offset) return {ERANGE, "shmat"};
  if (Failure failure = Attachment::attach(id, false, attachment)) return failure;
  const SegmentFacts& facts = (*attachment)->facts();
  const bool same = facts.size == expected.size && facts.creatorPid == expected.creatorPid;
  return same ? Failure{} : Failure{ESTALE, "shmctl"};
}

}  // namespace

Failure writeSegment(int id, uint64_t offset, const uint8_t* bytes, size_t length,
                     const ExpectedSegment& expected, size_t* written) {
  std::unique_ptr<Attachment> attachment;
  if (Failure failure = attachExpected(id, offset, length, expected, &attachment)) return failure;
  while (*written < length) {
    const int64_t put = attachment->write(offset + *written, bytes + *written, length - *written);
    if (put <= 0) return {put < 0 ? static_cast<int>(-put) : EIO, "process_vm_writev"};
    *written += static_cast<size_t>(put);
  }
  return {};
}

Failure storeInSegment(int id, const Store& store, const ExpectedSegment& expected, Stored* stored) {
  std::unique_ptr<Attachment> attachment;
  if (Failure failure = attachExpected(id, store.offset, store.bytes.size(), expected, &attachment)) {
    return failure;
  }
  return attachment->store(store, stored);
}

Failure Attachment::attach(int id, bool readOnly, std::unique_ptr<Attachment>* attachment) {
  void* base = ::shmat(id, nullptr, readOnly ? SHM_RDONLY : 0);
  if (base == reinterpret_cast<void*>(-1)) return {errno, "shmat"};
  attachment->reset(new Attachment(static_cast<uint8_t*>(base)));
  ++attachments;
  return readSegment(id, &(*attachment)->facts_);
}

Attachment::~Attachment() {
  ::shmdt(base_);
  --attachments;
}

size_t Attachment::count() { return attachments.load(); }

bool Attachment::isPresent(uint64_t page) const {
  uint8_t state = 1;
  if (::mincore(base_ + page * pageSize(), pageSize(), &state) != 0) return true;
  return (state & 1) != 0;
}

ReadOutcome Attachment::read(uint64_t offset, uint8_t* into, size_t length, bool skipAbsent) const {
  ReadOutcome outcome;
  if (offset >= facts_.size) return outcome;
  length = static_cast<size_t>(std::min<uint64_t>(length, facts_.size - offset));
  const uint64_t page = pageSize();
  while (outcome.length < length) {
    const uint64_t position = offset + outcome.length;
    size_t piece = length - outcome.length;
    if (skipAbsent) {
      // As far as the pages are alike.
      const bool present = isPresent(position / page);
      uint64_t next = position / page + 1;
      while (next * page < offset + length && isPresent(next) == present) ++next;
      piece = static_cast<size_t>(std::min(next * page, offset + length) - position);
      if (!present) {
        addFault(&outcome.faults, position, piece, ENODATA);
        outcome.length += piece;
        continue;
      }
    }
    const int64_t copied = copyFromMemory(into + outcome.length, base_ + position, piece);
    if (copied > 0) {
      outcome.length += static_cast<size_t>(copied);
      continue;
    }
    // No memory for the page, or broken memory: the rest of the page is named and passed over.
    const auto rest = static_cast<size_t>(std::min<uint64_t>(piece, page - position % page));
    addFault(&outcome.faults, position, rest, copied < 0 ? static_cast<int>(-copied) : EIO);
    outcome.length += rest;
  }
  return outcome;
}

ResidencyAnswer Attachment::presence(const Buckets& buckets, uint8_t* into) const {
  ResidencyAnswer answer{ResidencyMethod::kMincore, false};
  const auto count = [this](uint64_t first, uint64_t pages, uint64_t* resident) {
    uint8_t states[kSpanPages];
    if (::mincore(base_ + first * pageSize(), pages * pageSize(), states) != 0) return false;
    for (uint64_t i = 0; i < pages; ++i) *resident += states[i] & 1;
    return true;
  };
  if (!sharesBySpans(buckets, facts_.size, count, into, &answer.sampled)) {
    std::fill_n(into, buckets.count, uint8_t{0});
    answer.method = ResidencyMethod::kUnsupported;
  }
  return answer;
}

int64_t Attachment::write(uint64_t offset, const uint8_t* bytes, size_t length) {
  return copyToMemory(base_ + offset, bytes, length);
}

Failure Attachment::store(const Store& store, Stored* stored) {
  if (store.bytes.empty()) return {};
  const Look look = [&](size_t from, std::string* into) -> Failure {
    const auto outcome =
        read(store.offset + from, reinterpret_cast<uint8_t*>(into->data()), into->size(), false);
    return outcome.faults.empty() ? Failure{} : Failure{outcome.faults.front().error, "process_vm_readv"};
  };
  const Failure failure = storeMapped(base_ + store.offset, store, look, stored);
  return failure.error == EFAULT ? Failure{ENOMEM, "store"} : failure;
}

}  // namespace memglass
