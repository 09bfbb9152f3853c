#include "direct_copy.h"

#include <fcntl.h>
#include <linux/aio_abi.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdlib>
#include <memory>
#include <string>
#include <utility>

#include "descriptor.h"
#include "whole_io.h"

namespace memglass {
namespace {

/** Handed to the disk at once. Half of it leaves a fast disk waiting between two. */
constexpr size_t kPart = size_t{4} << 20;
/** One is written while another is read. */
constexpr size_t kParts = 2;

/** Writes that run while this thread does something else; io_submit(2) of a file opened with O_DIRECT. */
class Writes {
 public:
  Writes() = default;
  Writes(const Writes&) = delete;
  Writes& operator=(const Writes&) = delete;
  /** Waits for what is under way: it still reads the memory it was given. */
  ~Writes() {
    if (context_ != 0) ::syscall(SYS_io_destroy, context_);
  }

  bool open() { return ::syscall(SYS_io_setup, kParts, &context_) == 0; }

  Failure start(int fd, size_t part, const uint8_t* bytes, size_t length, uint64_t offset) {
    iocb request{};
    request.aio_data = part;
    request.aio_lio_opcode = IOCB_CMD_PWRITE;
    request.aio_fildes = static_cast<uint32_t>(fd);
    request.aio_buf = reinterpret_cast<uintptr_t>(bytes);
    request.aio_nbytes = length;
    request.aio_offset = static_cast<int64_t>(offset);
    std::array<iocb*, 1> requests{&request};
    if (::syscall(SYS_io_submit, context_, 1L, requests.data()) != 1) return {errno, "io_submit"};
    lengths_[part] = length;
    return {};
  }

  bool isUnderWay(size_t part) const { return lengths_[part] > 0; }

  /** Waits for the next one to end. */
  Failure await(uint64_t* written) {
    io_event event{};
    long count = 0;
    do {
      count = ::syscall(SYS_io_getevents, context_, 1L, 1L, &event, nullptr);
    } while (count < 0 && errno == EINTR);
    if (count != 1) return {errno, "io_getevents"};
    const size_t length = std::exchange(lengths_[event.data], 0);
    if (event.res < 0) return {static_cast<int>(-event.res), "io_submit"};
    *written += static_cast<uint64_t>(event.res);
    // A part that the disk took the beginning of is for a way that goes on from there.
    return static_cast<uint64_t>(event.res) == length ? Failure{} : Failure{EINVAL, "io_submit"};
  }

 private:
  aio_context_t context_ = 0;
  std::array<size_t, kParts> lengths_{};
};

/** There is no such way here; anything else is the disk's word. */
bool isRefused(const Failure& failure) {
  return failure.error == EINVAL || failure.error == EAGAIN || failure.error == ENOSYS ||
         failure.error == EOPNOTSUPP || failure.error == EPERM;
}

struct Free {
  void operator()(uint8_t* memory) const { std::free(memory); }
};

Failure copyParts(int from, uint64_t source, int direct, uint64_t target, uint64_t length,
                  SaveProgress& progress, uint64_t* written) {
  // After `parts`, so that it ends before: what is under way reads from them.
  std::array<std::unique_ptr<uint8_t, Free>, kParts> parts;
  Writes writes;
  if (!writes.open()) return {ENOSYS, "io_setup"};
  const uint64_t before = progress.done;
  const auto await = [&]() {
    const Failure failure = writes.await(written);
    progress.done = before + *written;
    return failure;
  };
  size_t turn = 0;
  for (uint64_t at = 0; at < length; turn = (turn + 1) % kParts) {
    if (progress.canceled) return {ECANCELED, "io_submit"};
    while (writes.isUnderWay(turn)) {
      if (Failure failure = await()) return failure;
    }
    if (parts[turn] == nullptr)
      parts[turn].reset(static_cast<uint8_t*>(std::aligned_alloc(kDirectBlock, kPart)));
    if (parts[turn] == nullptr) return {EAGAIN, "io_submit"};
    size_t got = 0;
    const size_t wanted = std::min<uint64_t>(kPart, length - at);
    if (Failure failure = readWhole(from, parts[turn].get(), wanted, source + at, &got)) return failure;
    if (got < wanted) return {ESTALE, "pread64"};
    if (Failure failure = writes.start(direct, turn, parts[turn].get(), wanted, target + at)) return failure;
    at += wanted;
  }
  while (*written < length) {
    if (Failure failure = await()) return failure;
  }
  return {};
}

}  // namespace

Failure copyDirect(int from, uint64_t source, int to, uint64_t target, uint64_t length,
                   SaveProgress& progress, bool* isDone) {
  const std::string link = "/proc/self/fd/" + std::to_string(to);
  const Descriptor direct(::open64(link.c_str(), O_WRONLY | O_DIRECT | O_CLOEXEC));
  if (!direct.valid()) return {};
  // Room at once: a disk that must find some for each part writes one after the other.
  int room = 0;
  do {
    room = ::fallocate64(to, FALLOC_FL_KEEP_SIZE, static_cast<off64_t>(target), static_cast<off64_t>(length));
  } while (room != 0 && errno == EINTR);
  if (room != 0) {
    const Failure failure{errno, "fallocate"};
    return isRefused(failure) ? Failure{} : failure;
  }
  const uint64_t before = progress.done;
  uint64_t written = 0;
  const Failure failure = copyParts(from, source, direct.get(), target, length, progress, &written);
  *isDone = !failure;
  if (!failure || !isRefused(failure)) return failure;
  progress.done = before;
  return {};
}

}  // namespace memglass
