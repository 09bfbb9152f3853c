#include "atomic_store.h"

#include <fcntl.h>
#include <linux/falloc.h>
#include <sys/mman.h>
#include <sys/vfs.h>

#include <algorithm>
#include <cerrno>
#include <cstring>

#include "file_write.h"
#include "guarded_child.h"
#include "guarded_copy.h"
#include "whole_io.h"

namespace memglass {
namespace {

constexpr size_t kWidest = 8;

/** A store of others between each look and the exchange would have to hit nanoseconds so often. */
constexpr int kMostTries = 1 << 20;

/** What the child tells. */
struct Progress {
  size_t count;
  bool differs;
  /** What stood in the place of the first bytes that differ, which are stored as one. */
  uint8_t found[kWidest];
};

/** The widest number that begins here and ends with the bytes at the latest. */
size_t widthAt(uint64_t offset, size_t left) {
  size_t width = kWidest;
  while (width > left || offset % width != 0) width /= 2;
  return width;
}

template <typename Number>
bool storeAs(uint8_t* address, const char* bytes, const char* ifStill, uint8_t* found) {
  auto* number = reinterpret_cast<Number*>(address);
  Number value;
  std::memcpy(&value, bytes, sizeof value);
  if (ifStill == nullptr) {
    __atomic_store_n(number, value, __ATOMIC_SEQ_CST);
    return true;
  }
  Number still;
  std::memcpy(&still, ifStill, sizeof still);
  const bool stored =
      __atomic_compare_exchange_n(number, &still, value, false, __ATOMIC_SEQ_CST, __ATOMIC_SEQ_CST);
  if (!stored) std::memcpy(found, &still, sizeof still);
  return stored;
}

bool storeNumber(uint8_t* address, size_t width, const char* bytes, const char* ifStill, uint8_t* found) {
  switch (width) {
    case 1:
      return storeAs<uint8_t>(address, bytes, ifStill, found);
    case 2:
      return storeAs<uint16_t>(address, bytes, ifStill, found);
    case 4:
      return storeAs<uint32_t>(address, bytes, ifStill, found);
    default:
      return storeAs<uint64_t>(address, bytes, ifStill, found);
  }
}

/** Stores a part of 8 bytes by exchanging all of them, the others for what they are in that instant. */
int storeInWord(uint8_t* address, const Store& store, Progress* progress) {
  const size_t at = store.offset % kWidest;
  const size_t length = store.bytes.size();
  auto* word = reinterpret_cast<uint64_t*>(address - at);
  uint64_t now = __atomic_load_n(word, __ATOMIC_SEQ_CST);
  for (int tries = 0; tries < kMostTries; ++tries) {
    const char* there = reinterpret_cast<const char*>(&now) + at;
    if (store.ifStill.has_value() && std::memcmp(there, store.ifStill->data(), length) != 0) {
      std::memcpy(progress->found, there, length);
      progress->differs = true;
      return 0;
    }
    uint64_t value = now;
    std::memcpy(reinterpret_cast<char*>(&value) + at, store.bytes.data(), length);
    if (__atomic_compare_exchange_n(word, &now, value, false, __ATOMIC_SEQ_CST, __ATOMIC_SEQ_CST)) {
      progress->count = length;
      return 0;
    }
  }
  return EIO;
}

void storeNumbers(uint8_t* address, const Store& store, Progress* progress) {
  const char* bytes = store.bytes.data();
  const char* ifStill = store.ifStill.has_value() ? store.ifStill->data() : nullptr;
  for (size_t at = 0; at < store.bytes.size();) {
    const size_t width = widthAt(store.offset + at, store.bytes.size() - at);
    if (!storeNumber(address + at, width, bytes + at, ifStill == nullptr ? nullptr : ifStill + at,
                     progress->found)) {
      progress->differs = true;
      return;
    }
    at += width;
    __atomic_store_n(&progress->count, at, __ATOMIC_SEQ_CST);
  }
}

/** Whether all that should stand there does; else `stored->now` has what stands there. */
Failure lookFirst(const Store& store, const Look& look, Stored* stored, bool* isThere) {
  *isThere = true;
  if (!store.ifStill.has_value()) return {};
  std::string now(store.bytes.size(), '\0');
  if (Failure failure = look(0, &now)) return failure;
  *isThere = now == *store.ifStill;
  if (!*isThere) stored->now = std::move(now);
  return {};
}

Failure sizeOf(const OpenFile& file, uint64_t* size) {
  FileFacts now;
  if (Failure failure = readStat(file.fd.get(), &now)) return failure;
  *size = now.size;
  if (now.kind == FileKind::kBlock) {
    *size = static_cast<uint64_t>(std::max<int64_t>(endOf(file.fd.get()), 0));
  }
  return {};
}

/** Of huge pages (hugetlbfs) only whole ones can be mapped. */
uint64_t mappedUnit(int fd) {
  constexpr long kHugetlbfs = 0x958458f6;
  struct statfs64 system;
  const bool isHuge = ::fstatfs64(fd, &system) == 0 && system.f_type == kHugetlbfs;
  return isHuge ? static_cast<uint64_t>(system.f_bsize) : pageSize();
}

Failure storeByCalls(OpenFile& file, const Store& store, const Look& look, Stored* stored) {
  bool isThere = true;
  if (Failure failure = lookFirst(store, look, stored, &isThere); failure || !isThere) return failure;
  const auto* bytes = reinterpret_cast<const uint8_t*>(store.bytes.data());
  return writeWhole(file.writable.get(), bytes, store.bytes.size(), store.offset, &stored->count);
}

/** Why there is no page for it, which the signal did not say: ENOSPC and EDQUOT are this call's. */
Failure whyNoPage(int fd, const Store& store) {
  const auto offset = static_cast<off64_t>(store.offset);
  const auto length = static_cast<off64_t>(store.bytes.size());
  const int made = ::fallocate64(fd, FALLOC_FL_KEEP_SIZE, offset, length);
  return {made == 0 || errno == EOPNOTSUPP ? EIO : errno, "store"};
}

Failure storeOpen(OpenFile& file, const Store& store, Stored* stored) {
  const uint64_t length = store.bytes.size();
  uint64_t size = 0;
  if (Failure failure = sizeOf(file, &size)) return failure;
  if (store.offset > size || length > size - store.offset) return {ERANGE, "store"};
  if (length == 0) return {};
  const Look look = [&](size_t from, std::string* into) -> Failure {
    size_t got = 0;
    auto* bytes = reinterpret_cast<uint8_t*>(into->data());
    if (Failure failure = readWhole(file.fd.get(), bytes, into->size(), store.offset + from, &got))
      return failure;
    return got == into->size() ? Failure{} : Failure{ERANGE, "pread64"};
  };
  const uint64_t unit = mappedUnit(file.fd.get());
  const uint64_t start = store.offset / unit * unit;
  const uint64_t mapped = (store.offset + length - start + unit - 1) / unit * unit;
  void* base = ::mmap64(nullptr, mapped, PROT_READ | PROT_WRITE, MAP_SHARED, file.writable.get(),
                        static_cast<off64_t>(start));
  if (base == MAP_FAILED && errno == ENODEV) return storeByCalls(file, store, look, stored);
  if (base == MAP_FAILED) return {errno, "mmap"};
  uint8_t* address = static_cast<uint8_t*>(base) + (store.offset - start);
  const Failure failure = storeMapped(address, store, look, stored);
  ::munmap(base, mapped);
  if (sizeOf(file, &size)) return failure;
  // What was cut meanwhile is lost, though the rest of its page took it.
  const uint64_t end = store.offset + (failure ? length : stored->count);
  if (end <= size) return failure.error == EFAULT ? whyNoPage(file.writable.get(), store) : failure;
  stored->count = std::min<size_t>(stored->count, size > store.offset ? size - store.offset : 0);
  stored->now.clear();
  return {ERANGE, "store"};
}

}  // namespace

bool isStoredAsOne(const Store& store) {
  return !store.bytes.empty() && store.offset % kWidest + store.bytes.size() <= kWidest;
}

Failure storeMapped(uint8_t* address, const Store& store, const Look& look, Stored* stored) {
  stored->isAtomic = isStoredAsOne(store);
  const bool isNumber = widthAt(store.offset, store.bytes.size()) == store.bytes.size();
  bool isThere = true;
  if (!stored->isAtomic) {
    if (Failure failure = lookFirst(store, look, stored, &isThere); failure || !isThere) return failure;
  }
  Progress told = {};
  const auto operation = [&] {
    if (stored->isAtomic && !isNumber) return storeInWord(address, store, &told);
    storeNumbers(address, store, &told);
    return 0;
  };
  Failure failure = inChild(operation, "store");
  stored->count = told.count;
  if (failure || !told.differs) return failure;
  const size_t left = store.bytes.size() - told.count;
  stored->now.resize(left);
  const size_t known = stored->isAtomic ? left : widthAt(store.offset + told.count, left);
  if (left > known) failure = look(told.count, &stored->now);
  stored->now.replace(0, known, reinterpret_cast<const char*>(told.found), known);
  return failure;
}

Failure storeInFile(OpenFile& file, const Store& store, Stored* stored) {
  const bool wasWritable = file.writable.valid();
  if (Failure failure = openForWriting(file)) return failure;
  const Failure failure = storeOpen(file, store, stored);
  // As long as it is open for writing nobody can run it; but a lock of ours belongs to that descriptor.
  if (!wasWritable) file.writable.reset();
  return failure;
}

}  // namespace memglass
