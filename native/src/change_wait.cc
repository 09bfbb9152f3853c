#include "change_wait.h"

#include <algorithm>
#include <atomic>
#include <cerrno>
#include <chrono>
#include <cstring>
#include <utility>

#include "arguments.h"
#include "caller_buffer.h"
#include "marshal.h"

namespace memglass {
namespace {

/** Two copies are held as long as somebody waits: this is for what fits on a screen. */
constexpr size_t kMaxWatchedBytes = size_t{1} << 20;
constexpr double kMaxRate = 1000;
constexpr double kMaxWaitMs = 60'000;

struct Wait {
  ReadBytes read;
  uint64_t offset = 0;
  size_t length = 0;
  Bytes seen;
  Bytes now;
  SteadyClock::time_point until;
  /** Of the last look that found nothing new. */
  std::shared_ptr<std::atomic<SteadyClock::time_point>> lookedAt;
};

Settle resolveWith(bool hasChanged) {
  return [hasChanged](Napi::Env env, PendingCall& call) {
    call.resolve(env, Napi::Boolean::New(env, hasChanged));
  };
}

bool isWhole(const Wait& wait, const ReadOutcome& outcome) {
  if (outcome.length < wait.length) return false;
  return std::all_of(outcome.faults.begin(), outcome.faults.end(), [&wait](const ReadFault& fault) {
    const size_t from = fault.offset - wait.offset;
    const uint8_t* seen = wait.seen.get() + from;
    // Untouched, and so as it was if it was zeros; or swapped out: then only a read that fetches it can tell.
    if (fault.error != ENODATA ||
        std::any_of(seen, seen + fault.length, [](uint8_t byte) { return byte != 0; }))
      return false;
    std::memset(wait.now.get() + from, 0, fault.length);
    return true;
  });
}

std::optional<Settle> look(const std::shared_ptr<Wait>& wait, OpenFile& file) {
  if (!wait->seen || !wait->now) return rejectWith({ENOMEM, "malloc"});
  if (!isWhole(*wait, wait->read(file, wait->offset, wait->now.get(), wait->length)))
    return resolveWith(false);
  if (std::memcmp(wait->seen.get(), wait->now.get(), wait->length) != 0) {
    return [wait](Napi::Env env, PendingCall& call) {
      if (deliver(env, call, wait->now.get(), wait->length)) call.resolve(env, Napi::Boolean::New(env, true));
    };
  }
  const SteadyClock::time_point now = SteadyClock::now();
  *wait->lookedAt = now;
  if (now < wait->until) return std::nullopt;
  return resolveWith(false);
}

}  // namespace

Napi::Value waitForChange(const Napi::CallbackInfo& info, const std::shared_ptr<FileHandle>& file,
                          ReadBytes read) {
  const auto wait = std::make_shared<Wait>();
  Napi::Object bytes;
  double rate = 0;
  double atMost = 0;
  if (!takeOffset(info, 0, "offset", &wait->offset)) return {};
  if (!takeBytes(info, 1, kMaxWatchedBytes, &bytes, &wait->length)) return {};
  if (!takeInteger(info, 2, "rate", 1, kMaxRate, &rate)) return {};
  if (!takeInteger(info, 3, "atMostMs", 0, kMaxWaitMs, &atMost)) return {};
  wait->read = std::move(read);
  wait->seen = allocate(wait->length);
  wait->now = allocate(wait->length);
  if (wait->seen && wait->length > 0) {
    std::memcpy(wait->seen.get(), bytes.As<Napi::Uint8Array>().Data(), wait->length);
  }
  const SteadyClock::time_point start = SteadyClock::now();
  wait->lookedAt = std::make_shared<std::atomic<SteadyClock::time_point>>(start);
  wait->until = start + std::chrono::milliseconds(static_cast<int64_t>(atMost));
  const auto interval = std::chrono::nanoseconds(static_cast<int64_t>(1e9 / rate));
  const Napi::Env env = info.Env();
  const Rounds rounds = env.GetInstanceData<Calls>()->startRounds(
      env, file, bytes, wait->length, interval, [wait](OpenFile& open) { return look(wait, open); });
  if (rounds.promise.IsEmpty()) return {};
  Napi::Object object = Napi::Object::New(env);
  object.Set("ended", rounds.promise);
  // The copies go with the last round, whoever holds this object.
  const auto age = [lookedAt = wait->lookedAt](const Napi::CallbackInfo& call) {
    const std::chrono::duration<double, std::milli> since = SteadyClock::now() - lookedAt->load();
    return Napi::Number::New(call.Env(), since.count());
  };
  object.Set("age", Napi::Function::New(env, age, "age"));
  const auto stop = [end = rounds.end](const Napi::CallbackInfo& call) {
    end(resolveWith(false));
    return call.Env().Undefined();
  };
  object.Set("stop", Napi::Function::New(env, stop, "stop"));
  return object;
}

}  // namespace memglass
