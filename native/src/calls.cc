#include "calls.h"

#include <algorithm>
#include <atomic>
#include <cerrno>
#include <utility>

#include "marshal.h"

namespace memglass {

struct Calls::Answer {
  uint64_t call;
  Settle settle;
  bool isLast;
};

namespace {

/** A call that runs in rounds, as its file's thread has it. */
struct Beat {
  std::weak_ptr<FileWorker> worker;
  std::shared_ptr<Channel> channel;
  uint64_t call;
  std::chrono::nanoseconds interval;
  Round round;
  SteadyClock::time_point due;
  std::atomic<bool> ended{false};
};

void postNext(const std::shared_ptr<Beat>& beat) {
  // Rounds that were missed are left out.
  const SteadyClock::time_point now = SteadyClock::now();
  beat->due += std::max<int64_t>(0, (now - beat->due) / beat->interval) * beat->interval + beat->interval;
  const std::shared_ptr<FileWorker> worker = beat->worker.lock();
  if (!worker) return;
  worker->postAt(beat->due, [beat](OpenFile* open) {
    if (!beat->ended) {
      std::optional<Settle> answer = open != nullptr ? beat->round(*open) : rejectWith({EBADF, "read"});
      if (!answer) return postNext(beat);
      beat->channel->send(beat->call, std::move(*answer));
    }
    // JavaScript may hold the call long after its last round.
    beat->round = nullptr;
  });
}

}  // namespace

// The lock is held over the call, so that the function cannot end under it: Node frees it at teardown however
// many threads still hold it.
void Channel::send(uint64_t call, Settle settle, bool isLast) {
  auto answer = std::make_unique<Calls::Answer>(Calls::Answer{call, std::move(settle), isLast});
  const std::lock_guard<std::mutex> lock(mutex_);
  if (function_ == nullptr) return;
  if (napi_call_threadsafe_function(function_, answer.get(), napi_tsfn_nonblocking) == napi_ok) {
    answer.release();  // onAnswer owns it now; Node calls that for every queued answer, at teardown too.
  }
}

void Channel::open(napi_threadsafe_function function) {
  const std::lock_guard<std::mutex> lock(mutex_);
  function_ = function;
}

void Channel::shut() { open(nullptr); }

Calls::Calls(Napi::Env env) : env_(env), channel_(std::make_shared<Channel>()) {
  const Napi::String name = Napi::String::New(env, "memglass");
  const napi_status status = napi_create_threadsafe_function(env, nullptr, nullptr, name, 0, 1, nullptr,
                                                             nullptr, this, &Calls::onAnswer, &function_);
  if (status != napi_ok) {
    Napi::Error::New(env, "memglass: no threadsafe function").ThrowAsJavaScriptException();
    ended_ = true;
    return;
  }
  // Only a pending call keeps the event loop alive.
  napi_unref_threadsafe_function(env, function_);
  channel_->open(function_);
  // Cleanup hooks run last in, first out: this one before the function's own, which frees it.
  napi_add_env_cleanup_hook(env, &Calls::onTeardown, this);
}

Calls::~Calls() {
  if (!ended_) {
    napi_remove_env_cleanup_hook(env_, &Calls::onTeardown, this);
    end();
  }
}

void Calls::onTeardown(void* self) { static_cast<Calls*>(self)->end(); }

void Calls::end() {
  ended_ = true;
  channel_->shut();
  for (const std::weak_ptr<FileWorker>& weak : workers_) {
    if (const std::shared_ptr<FileWorker> worker = weak.lock()) worker->close();
  }
  pending_.clear();
}

std::shared_ptr<FileHandle> Calls::startFile(Napi::Env env, const std::string& path) {
  Failure failure;
  const std::shared_ptr<FileWorker> worker = ended_ ? nullptr : FileWorker::start(&failure);
  if (!worker) {
    if (!failure) failure = {ECANCELED, "pthread_create"};
    toError(env, failure, &path).ThrowAsJavaScriptException();
    return nullptr;
  }
  workers_.erase(
      std::remove_if(workers_.begin(), workers_.end(), [](const auto& weak) { return weak.expired(); }),
      workers_.end());
  workers_.push_back(worker);
  return std::make_shared<FileHandle>(worker, path);
}

Napi::Value Calls::startAlone(Napi::Env env, const std::string& path, Work work) {
  const std::shared_ptr<FileHandle> handle = startFile(env, path);
  if (!handle) return {};
  // The thread ends with the pending call, its last holder.
  return start(env, handle, {}, 0, std::move(work));
}

Napi::Value Calls::startTelling(Napi::Env env, Napi::Function hear, TellingWork work) {
  const std::shared_ptr<FileHandle> handle = startFile(env, "");
  if (!handle) return {};
  uint64_t call = 0;
  const napi_value promise = open(env, handle, {}, 0, KeepsAlive::kYes, &call);
  if (promise == nullptr) return {};
  pending_.at(call).hear = Napi::Persistent(hear);
  handle->worker->post([channel = channel_, call, work = std::move(work)](OpenFile* open) {
    const Tell tell = [&](Settle told) { channel->send(call, std::move(told), false); };
    channel->send(call, open != nullptr ? work(tell) : rejectWith({EBADF, "read"}));
  });
  return Napi::Value(env, promise);
}

napi_value Calls::open(Napi::Env env, std::shared_ptr<FileHandle> file, Napi::Object into, size_t length,
                       KeepsAlive keepsAlive, uint64_t* call) {
  *call = ++lastCall_;
  napi_deferred deferred = nullptr;
  napi_value promise = nullptr;
  // In an environment that is being terminated no promise can be made, and no exception is pending either.
  // Not by Napi::Promise::Deferred: it leaves its handle uninitialised then.
  if (ended_ || napi_create_promise(env, &deferred, &promise) != napi_ok) return nullptr;
  PendingCall pending{deferred, std::move(file), {}, length, keepsAlive, {}};
  if (!into.IsEmpty()) pending.into = Napi::Persistent(into);
  if (keepsAlive == KeepsAlive::kYes && keepingAlive_++ == 0) napi_ref_threadsafe_function(env, function_);
  pending_.emplace(*call, std::move(pending));
  return promise;
}

Napi::Value Calls::start(Napi::Env env, std::shared_ptr<FileHandle> file, Napi::Object into, size_t length,
                         Work work, KeepsAlive keepsAlive) {
  uint64_t call = 0;
  const napi_value promise = open(env, file, into, length, keepsAlive, &call);
  if (promise == nullptr) return {};
  file->worker->post([channel = channel_, call, work = std::move(work)](OpenFile* open) {
    if (open != nullptr) {
      channel->send(call, work(*open));
    } else {
      channel->send(call, rejectWith({EBADF, "read"}));
    }
  });
  return Napi::Value(env, promise);
}

Rounds Calls::startRounds(Napi::Env env, std::shared_ptr<FileHandle> file, Napi::Object into, size_t length,
                          std::chrono::nanoseconds interval, Round round) {
  uint64_t call = 0;
  const napi_value promise = open(env, file, into, length, KeepsAlive::kNo, &call);
  if (promise == nullptr) return {};
  const auto beat = std::make_shared<Beat>();
  beat->worker = file->worker;
  beat->channel = channel_;
  beat->call = call;
  beat->interval = interval;
  beat->round = std::move(round);
  beat->due = SteadyClock::now();
  postNext(beat);
  // An answer that is under way already was sent first, and is the one that counts.
  return {Napi::Value(env, promise), [beat](Settle settle) {
            if (!beat->ended.exchange(true)) beat->channel->send(beat->call, std::move(settle));
          }};
}

void Calls::onAnswer(napi_env rawEnv, napi_value, void* context, void* data) {
  const std::unique_ptr<Answer> answer(static_cast<Answer*>(data));
  if (rawEnv == nullptr) return;  // Teardown.
  auto* self = static_cast<Calls*>(context);
  const Napi::Env env(rawEnv);
  const Napi::HandleScope scope(env);
  const auto found = self->pending_.find(answer->call);
  if (found == self->pending_.end()) return;
  if (!answer->isLast) return answer->settle(env, found->second);
  PendingCall pending = std::move(found->second);
  self->pending_.erase(found);
  if (pending.keepsAlive == KeepsAlive::kYes && --self->keepingAlive_ == 0) {
    napi_unref_threadsafe_function(env, self->function_);
  }
  answer->settle(env, pending);
}

}  // namespace memglass
