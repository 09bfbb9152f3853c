#include "file_worker.h"

#include <pthread.h>

#include <atomic>
#include <new>
#include <utility>

namespace memglass {
namespace {
std::atomic<size_t> threads{0};
/** Address space only; what is not used costs nothing. */
constexpr size_t kStackBytes = size_t{1} << 20;
}  // namespace

// pthread_create rather than std::thread: it reports a failure instead of throwing, and takes a stack size.
std::shared_ptr<FileWorker> FileWorker::start(Failure* failure) {
  std::shared_ptr<FileWorker> worker(new FileWorker);
  auto* argument = new std::shared_ptr<FileWorker>(worker);
  pthread_attr_t attributes;
  ::pthread_attr_init(&attributes);
  ::pthread_attr_setdetachstate(&attributes, PTHREAD_CREATE_DETACHED);
  ::pthread_attr_setstacksize(&attributes, kStackBytes);
  ++threads;
  pthread_t thread;
  const int error = ::pthread_create(&thread, &attributes, &FileWorker::main, argument);
  ::pthread_attr_destroy(&attributes);
  if (error == 0) return worker;
  --threads;
  delete argument;
  *failure = {error, "pthread_create"};
  return nullptr;
}

size_t FileWorker::count() { return threads.load(); }

void* FileWorker::main(void* argument) {
  {
    const std::unique_ptr<std::shared_ptr<FileWorker>> worker(
        static_cast<std::shared_ptr<FileWorker>*>(argument));
    (*worker)->run();
  }
  --threads;
  return nullptr;
}

void FileWorker::run() {
  OpenFile file;
  for (Job job; take(&job); job = nullptr) job(&file);
}

bool FileWorker::take(Job* job) {
  std::unique_lock<std::mutex> lock(mutex_);
  while (!closed_) {
    const auto now = later_.empty() ? SteadyClock::time_point{} : SteadyClock::now();
    // At the end of the queue: what comes again and again must not keep the others waiting for ever.
    while (!later_.empty() && later_.begin()->first <= now) {
      jobs_.push_back(std::move(later_.begin()->second));
      later_.erase(later_.begin());
    }
    if (!jobs_.empty()) {
      *job = std::move(jobs_.front());
      jobs_.pop_front();
      return true;
    }
    if (later_.empty()) {
      wake_.wait(lock);
    } else {
      // A copy: the job may be taken away by `close` meanwhile.
      const SteadyClock::time_point due = later_.begin()->first;
      wake_.waitUntil(lock, due);
    }
  }
  return false;
}

void FileWorker::post(Job job) {
  {
    const std::lock_guard<std::mutex> lock(mutex_);
    if (!closed_) {
      jobs_.push_back(std::move(job));
      wake_.notifyOne();
      return;
    }
  }
  job(nullptr);
}

void FileWorker::postAt(SteadyClock::time_point due, Job job) {
  {
    const std::lock_guard<std::mutex> lock(mutex_);
    if (!closed_) {
      later_.emplace(due, std::move(job));
      wake_.notifyOne();
      return;
    }
  }
  job(nullptr);
}

void FileWorker::close() {
  std::deque<Job> waiting;
  std::function<void()> interrupt;
  {
    const std::lock_guard<std::mutex> lock(mutex_);
    if (closed_) return;
    closed_ = true;
    waiting.swap(jobs_);
    for (auto& [due, job] : later_) waiting.push_back(std::move(job));
    later_.clear();
    interrupt.swap(interrupt_);
    wake_.notifyOne();
  }
  if (interrupt) interrupt();
  for (Job& job : waiting) job(nullptr);
}

void FileWorker::interruptBy(std::function<void()> interrupt) {
  {
    const std::lock_guard<std::mutex> lock(mutex_);
    if (!closed_) {
      interrupt_ = std::move(interrupt);
      return;
    }
  }
  interrupt();
}

}  // namespace memglass
