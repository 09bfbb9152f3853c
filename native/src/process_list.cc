#include "process_list.h"

#include <fcntl.h>
#include <limits.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <string>

#include "descriptor.h"
#include "process_folder.h"
#include "whole_file.h"

namespace memglass {
namespace {

/** What is read again for every process keeps its memory. */
struct Scratch {
  std::string status;
  std::string command;
  char link[PATH_MAX];
};

/** The effective user id; a name cannot hold a newline in status. */
bool readUid(int folder, std::string* status, uint32_t* uid) {
  status->clear();
  if (readWhole(folder, "status", status) != 0) return false;
  const size_t line = status->find("\nUid:\t");
  if (line == std::string::npos) return false;
  const size_t effective = status->find('\t', line + 6);
  if (effective == std::string::npos) return false;
  *uid = static_cast<uint32_t>(std::strtoul(status->c_str() + effective + 1, nullptr, 10));
  return true;
}

/** The beginning; nothing where it is refused, or the process has none. */
void readCommand(int folder, std::string* command) {
  command->resize(kCommandBytes);
  size_t length = 0;
  const Descriptor file(::openat64(folder, "cmdline", O_RDONLY | O_CLOEXEC));
  while (file.valid() && length < kCommandBytes) {
    const ssize_t got = ::read(file.get(), command->data() + length, kCommandBytes - length);
    if (got == 0 || (got < 0 && errno != EINTR)) break;
    if (got > 0) length += static_cast<size_t>(got);
  }
  command->resize(length);
}

void lookAt(uint32_t pid, int folder, double pageSize, Scratch* scratch, ProcessTable* table) {
  ProcessStat stat;
  uint32_t uid = 0;
  if (readStat(folder, &stat) != 0 || !readUid(folder, &scratch->status, &uid)) return;
  scratch->command.clear();
  ssize_t linkLength = -1;
  int linkError = 0;
  if (!stat.isKernelThread) {
    readCommand(folder, &scratch->command);
    linkLength = ::readlinkat(folder, "exe", scratch->link, sizeof scratch->link);
    linkError = linkLength < 0 ? errno : 0;
  }
  table->pids.push_back(pid);
  table->startTimes.push_back(static_cast<double>(stat.startTime));
  table->parents.push_back(stat.parent);
  table->uids.push_back(uid);
  table->states.push_back(static_cast<uint8_t>(stat.state));
  table->kernelThreads.push_back(stat.isKernelThread ? 1 : 0);
  table->threads.push_back(stat.threads);
  table->residents.push_back(static_cast<double>(stat.residentPages) * pageSize);
  table->names.add(stat.name);
  table->commands.add(scratch->command);
  table->executables.add(linkLength < 0 ? std::string()
                                        : std::string(scratch->link, static_cast<size_t>(linkLength)));
  table->executableErrors.push_back(static_cast<uint32_t>(linkError));
}

}  // namespace

Failure scanProcesses(const std::vector<uint32_t>* wanted, const std::atomic<bool>& canceled,
                      ProcessTable* table) {
  const Descriptor proc(::open64("/proc", O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (!proc.valid()) return {errno, "openat"};
  std::vector<uint32_t> all;
  if (wanted == nullptr) {
    if (Failure failure = listProcesses(proc.get(), &all)) return failure;
  }
  const auto pageSize = static_cast<double>(::sysconf(_SC_PAGESIZE));
  Scratch scratch;
  for (const uint32_t pid : wanted == nullptr ? all : *wanted) {
    if (canceled) return {ECANCELED, "openat"};
    const Descriptor folder(
        ::openat64(proc.get(), std::to_string(pid).c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
    if (folder.valid()) lookAt(pid, folder.get(), pageSize, &scratch, table);
  }
  return {};
}

}  // namespace memglass
