// Times reads through guarded windows against plain pread(2), with the code that the addon runs. Prints one
// line per figure: name, value. Built and run by test/bench/guardedRead.bench.ts.
//
//   guarded_read_bench FILE     FILE: 64 MiB or more, on a disk file system

#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <vector>

#include "file_open.h"
#include "file_read.h"
#include "mapping_window.h"

namespace {

using memglass::OpenFile;

constexpr int kRounds = 9;
constexpr size_t kFileBytes = size_t{64} << 20;
/** Reads stay in as many windows as the cache keeps, so that every window is mapped and faulted. */
constexpr size_t kWarmBytes = memglass::kWindowBytes * memglass::kWindowCount;

double median(std::vector<double> values) {
  std::sort(values.begin(), values.end());
  return values[values.size() / 2];
}

template <typename Read>
double microsecondsEach(int count, const Read& read) {
  const auto start = std::chrono::steady_clock::now();
  for (int i = 0; i < count; ++i) read(i);
  const std::chrono::duration<double, std::micro> took = std::chrono::steady_clock::now() - start;
  return took.count() / count;
}

/** Offsets that jump about, as a user's do, and are the same for both ways. */
uint64_t offsetOf(int i, size_t length, size_t within) {
  const uint64_t slots = within / length;
  return static_cast<uint64_t>(i) * 7919 % slots * length;
}

void compare(OpenFile& file, const char* name, size_t length, int count) {
  std::vector<uint8_t> into(length);
  bool whole = true;
  const auto guarded = [&](int i) {
    whole &= readRange(file, offsetOf(i, length, kWarmBytes), into.data(), length).length == length;
  };
  const auto plain = [&](int i) {
    const off_t offset = static_cast<off_t>(offsetOf(i, length, kWarmBytes));
    whole &= ::pread(file.fd.get(), into.data(), length, offset) == static_cast<ssize_t>(length);
  };
  microsecondsEach(static_cast<int>(kWarmBytes / length), guarded);
  microsecondsEach(static_cast<int>(kWarmBytes / length), plain);
  std::vector<double> ratios, guardedTimes, plainTimes;
  for (int round = 0; round < kRounds; ++round) {
    const double guardedTime = microsecondsEach(count, guarded);
    const double plainTime = microsecondsEach(count, plain);
    ratios.push_back(guardedTime / plainTime);
    guardedTimes.push_back(guardedTime);
    plainTimes.push_back(plainTime);
  }
  if (!whole) std::fprintf(stderr, "short read\n"), std::exit(1);
  std::fprintf(stderr, "%s: guarded %.2f us, pread %.2f us\n", name, median(guardedTimes),
               median(plainTimes));
  std::printf("read.guarded_vs_pread.%s %.3f\n", name, median(ratios));
}

/** What a read costs whose window has to be mapped first (and another unmapped): 4 KiB each from the next
 * window. */
void timeNewWindow(OpenFile& file) {
  std::vector<uint8_t> into(4096);
  const int windows = static_cast<int>(kFileBytes / memglass::kWindowBytes);
  std::vector<double> times;
  for (int round = 0; round < kRounds; ++round) {
    times.push_back(microsecondsEach(windows * 8, [&](int i) {
      readRange(file, static_cast<uint64_t>(i % windows) * memglass::kWindowBytes, into.data(), into.size());
    }));
  }
  std::printf("read.new_window_us %.3f\n", median(times));
}

}  // namespace

int main(int argc, char** argv) {
  OpenFile file;
  if (argc != 2) return std::fprintf(stderr, "usage: guarded_read_bench FILE\n"), 2;
  if (const memglass::Failure failure = memglass::openForReading(argv[1], &file)) {
    return std::fprintf(stderr, "%s: %s\n", failure.syscall, memglass::errnoName(failure.error).c_str()), 1;
  }
  if (file.strategy != memglass::Strategy::kMap || file.facts.size < kFileBytes) {
    return std::fprintf(stderr, "needs 64 MiB on a disk file system that is mapped\n"), 1;
  }
  compare(file, "4KiB", 4096, 20000);
  compare(file, "64KiB", 65536, 4000);
  timeNewWindow(file);
  return 0;
}
