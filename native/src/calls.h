#pragma once
// Calls under way: how a promise is made on the JavaScript thread, answered on a file's thread and settled on
// the JavaScript thread again.

#include <napi.h>

#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <unordered_map>
#include <vector>

#include "file_worker.h"

namespace memglass {

/** A file as JavaScript holds it; closed when the last holder (a method, a running call) is gone. */
struct FileHandle {
  FileHandle(std::shared_ptr<FileWorker> ownWorker, std::string ownPath)
      : worker(std::move(ownWorker)), path(std::move(ownPath)) {}
  ~FileHandle() { worker->close(); }
  const std::shared_ptr<FileWorker> worker;
  const std::string path;
};

/** Whether a call that is under way keeps the event loop running. */
enum class KeepsAlive { kYes, kNo };

/** What a call needs to be settled. Lives and dies on the JavaScript thread. */
struct PendingCall {
  napi_deferred deferred;
  std::shared_ptr<FileHandle> file;
  /** The caller's array, where there is one, and how long it was. */
  Napi::ObjectReference into;
  size_t length = 0;
  KeepsAlive keepsAlive = KeepsAlive::kYes;
  /** Called with what is found meanwhile, where the caller wants that. */
  Napi::FunctionReference hear;

  // In an environment that is being terminated these fail, and nobody is left to tell.
  void resolve(Napi::Env env, napi_value value) { napi_resolve_deferred(env, deferred, value); }
  void reject(Napi::Env env, napi_value reason) { napi_reject_deferred(env, deferred, reason); }
};

/** Runs on the JavaScript thread; carries what the file's thread found, and no JavaScript value. */
using Settle = std::function<void(Napi::Env, PendingCall&)>;
/** Runs on the file's thread. */
using Work = std::function<Settle(OpenFile&)>;
/** From a call's thread: runs on the JavaScript thread, in this order and before the call is settled. */
using Tell = std::function<void(Settle)>;
using TellingWork = std::function<Settle(const Tell&)>;
/** Runs on the file's thread again and again, until it answers. */
using Round = std::function<std::optional<Settle>(OpenFile&)>;

/** A call that runs in rounds. */
struct Rounds {
  Napi::Value promise;
  /** Settles the call, unless it is already; what runs then is the last round. Only on the JavaScript thread.
   */
  std::function<void(Settle)> end;
};

/** What the threads hold of an environment: a way to it that ends with it. */
class Channel {
 public:
  /** From any thread. Dropped where the environment is gone. */
  void send(uint64_t call, Settle settle, bool isLast = true);
  void open(napi_threadsafe_function function);
  void shut();

 private:
  std::mutex mutex_;
  napi_threadsafe_function function_ = nullptr;
};

/** The calls of one environment (the main thread's, or a worker_thread's). Its instance data. */
class Calls {
 public:
  explicit Calls(Napi::Env env);
  ~Calls();
  Calls(const Calls&) = delete;
  Calls& operator=(const Calls&) = delete;

  /** Posts the work to the file's thread; `into` may be empty.
   */
  Napi::Value start(Napi::Env env, std::shared_ptr<FileHandle> file, Napi::Object into, size_t length,
                    Work work, KeepsAlive keepsAlive = KeepsAlive::kYes);
  /**
   * Runs `round` on the file's thread after each `interval`, without keeping the loop running. What else the
   * file is asked runs between the rounds.
   */
  Rounds startRounds(Napi::Env env, std::shared_ptr<FileHandle> file, Napi::Object into, size_t length,
                     std::chrono::nanoseconds interval, Round round);
  /** Work without a file, on a thread of its own that ends with it. Failures are about `path`, unless empty.
   */
  Napi::Value startAlone(Napi::Env env, const std::string& path, Work work);
  /** The same for work that tells of what it finds meanwhile; `hear` is in the PendingCall then. */
  Napi::Value startTelling(Napi::Env env, Napi::Function hear, TellingWork work);
  /** A worker with a handle, or null with a JavaScript exception pending. */
  std::shared_ptr<FileHandle> startFile(Napi::Env env, const std::string& path);

 private:
  struct Answer;
  /** A promise that waits for its answer, or null where there can be none any more. */
  napi_value open(Napi::Env env, std::shared_ptr<FileHandle> file, Napi::Object into, size_t length,
                  KeepsAlive keepsAlive, uint64_t* call);
  static void onAnswer(napi_env env, napi_value, void* context, void* data);
  static void onTeardown(void* self);
  void end();

  napi_env env_;
  std::shared_ptr<Channel> channel_;
  napi_threadsafe_function function_ = nullptr;
  std::unordered_map<uint64_t, PendingCall> pending_;
  std::vector<std::weak_ptr<FileWorker>> workers_;
  /** Those of the pending calls that keep the loop running. */
  size_t keepingAlive_ = 0;
  uint64_t lastCall_ = 0;
  bool ended_ = false;
  friend class Channel;
};

}  // namespace memglass
