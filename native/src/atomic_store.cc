#include "atomic_store.h"

#include <sys/mman.h>

#include <cerrno>

#include "file_write.h"
#include "guarded_child.h"
#include "guarded_copy.h"

namespace memglass {
namespace {

struct Result {
  uint64_t found;
  bool stored;
};

template <typename Number>
Result storeAs(void* address, const NumberStore& store) {
  auto* number = static_cast<Number*>(address);
  const auto value = static_cast<Number>(store.value);
  if (!store.ifStill.has_value()) return {__atomic_exchange_n(number, value, __ATOMIC_SEQ_CST), true};
  auto found = static_cast<Number>(*store.ifStill);
  const bool stored =
      __atomic_compare_exchange_n(number, &found, value, false, __ATOMIC_SEQ_CST, __ATOMIC_SEQ_CST);
  return {found, stored};
}

Result storeAt(void* address, const NumberStore& store) {
  switch (store.width) {
    case 1:
      return storeAs<uint8_t>(address, store);
    case 2:
      return storeAs<uint16_t>(address, store);
    case 4:
      return storeAs<uint32_t>(address, store);
    default:
      return storeAs<uint64_t>(address, store);
  }
}

}  // namespace

Failure storeMapped(void* address, const NumberStore& store, bool* stored, uint64_t* found) {
  void* shared = ::mmap(nullptr, sizeof(Result), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
  if (shared == MAP_FAILED) return {errno, "mmap"};
  auto* result = static_cast<Result*>(shared);
  const auto operation = [&] {
    *result = storeAt(address, store);
    return 0;
  };
  const Failure failure = inChild(operation, "store");
  *stored = result->stored;
  *found = result->found;
  ::munmap(shared, sizeof(Result));
  return failure;
}

Failure storeNumber(OpenFile& file, const NumberStore& store, const ExpectedObject& expected, bool* stored,
                    uint64_t* found) {
  if (Failure failure = openForWriting(file)) return failure;
  if (store.offset > expected.size || store.width > expected.size - store.offset) return {ERANGE, "store"};
  if (Failure failure = checkExpected(file, expected)) return failure;
  const uint64_t start = store.offset / pageSize() * pageSize();
  void* base = ::mmap64(nullptr, pageSize(), PROT_READ | PROT_WRITE, MAP_SHARED, file.writable.get(),
                        static_cast<off64_t>(start));
  if (base == MAP_FAILED) return {errno, "mmap"};
  auto* address = static_cast<uint8_t*>(base) + (store.offset - start);
  const Failure failure = storeMapped(address, store, stored, found);
  ::munmap(base, pageSize());
  return failure;
}

}  // namespace memglass
