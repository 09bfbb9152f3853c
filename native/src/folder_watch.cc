#include "folder_watch.h"

#include <dirent.h>
#include <fcntl.h>
#include <poll.h>
#include <sys/eventfd.h>
#include <sys/inotify.h>

#include <cerrno>

#include "file_facts.h"

namespace memglass {
namespace {

constexpr uint32_t kEvents =
    IN_CREATE | IN_DELETE | IN_MOVED_FROM | IN_MOVED_TO | IN_MODIFY | IN_ATTRIB | IN_ONLYDIR;
constexpr uint32_t kRootEvents = IN_DELETE_SELF | IN_MOVE_SELF;
constexpr size_t kMaxFolders = 1024;
constexpr int kMaxDepth = 16;
/** What one answer takes at most; the rest is the next one's. */
constexpr size_t kMaxNames = 100'000;

uint8_t changeOf(uint32_t mask) {
  uint8_t change = 0;
  if ((mask & (IN_CREATE | IN_MOVED_TO)) != 0) change |= kCreated;
  if ((mask & (IN_DELETE | IN_MOVED_FROM)) != 0) change |= kDeleted;
  if ((mask & IN_MODIFY) != 0) change |= kModified;
  if ((mask & IN_ATTRIB) != 0) change |= kAttributes;
  return change;
}

}  // namespace

Failure FolderWatch::open(const std::string& path, std::unique_ptr<FolderWatch>* opened) {
  std::unique_ptr<FolderWatch> watch(new FolderWatch);
  // Not kept open: as long as it is, a folder that is deleted does not say so, and cannot be unmounted.
  const Descriptor folder(::open64(path.c_str(), O_RDONLY | O_DIRECTORY | O_NONBLOCK | O_CLOEXEC));
  if (!folder.valid()) return {errno, "openat"};
  FileFacts facts;
  if (Failure failure = readStat(folder.get(), &facts)) return failure;
  watch->path_ = path;
  watch->device_ = facts.dev;
  watch->inode_ = facts.ino;
  watch->inotify_ = Descriptor(::inotify_init1(IN_NONBLOCK | IN_CLOEXEC));
  if (!watch->inotify_.valid()) return {errno, "inotify_init1"};
  watch->wake_ = Descriptor(::eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC));
  if (!watch->wake_.valid()) return {errno, "eventfd2"};
  if (!watch->addFolder(folder.get(), "", true)) return {errno, "inotify_add_watch"};
  watch->addBelow(folder.get(), "", 0);
  *opened = std::move(watch);
  return {};
}

bool FolderWatch::addFolder(int folder, const std::string& prefix, bool root) {
  // By the open folder, not by its path, which may lead elsewhere by now.
  const std::string link = "/proc/self/fd/" + std::to_string(folder);
  const int watch = ::inotify_add_watch(inotify_.get(), link.c_str(), kEvents | (root ? kRootEvents : 0));
  if (watch < 0) return false;
  if (root) root_ = watch;
  prefixes_[watch] = prefix;
  return true;
}

void FolderWatch::watchNewFolders() {
  const Descriptor folder(::open64(path_.c_str(), O_RDONLY | O_DIRECTORY | O_NONBLOCK | O_CLOEXEC));
  FileFacts facts;
  if (!folder.valid() || readStat(folder.get(), &facts)) return;
  if (facts.dev == device_ && facts.ino == inode_) addBelow(folder.get(), "", 0);
}

/** Best effort: a subfolder that cannot be watched is still listed, only its changes come late. */
void FolderWatch::addBelow(int folder, const std::string& prefix, int depth) {
  const int again = ::openat64(folder, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  DIR* stream = again < 0 ? nullptr : ::fdopendir(again);
  if (stream == nullptr) return;
  for (const dirent64* entry = ::readdir64(stream); entry != nullptr; entry = ::readdir64(stream)) {
    const std::string name = entry->d_name;
    if (name == "." || name == ".." || (entry->d_type != DT_DIR && entry->d_type != DT_UNKNOWN)) continue;
    const Descriptor below(
        ::openat64(folder, name.c_str(), O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC));
    FileFacts facts;
    // What is mounted here belongs to others, and may hang.
    if (!below.valid() || readStat(below.get(), &facts) || facts.dev != device_) continue;
    if (depth >= kMaxDepth || prefixes_.size() >= kMaxFolders) break;
    const std::string path = prefix + name + "/";
    if (addFolder(below.get(), path, false)) addBelow(below.get(), path, depth + 1);
  }
  ::closedir(stream);
}

Failure FolderWatch::wait(int timeoutMs, bool forChanges, bool* ready) {
  pollfd waiting[2] = {{wake_.get(), POLLIN, 0}, {inotify_.get(), POLLIN, 0}};
  const int found = ::poll(waiting, forChanges ? 2 : 1, timeoutMs);
  if (found < 0 && errno != EINTR) return {errno, "poll"};
  if (found > 0 && waiting[0].revents != 0) return {ECANCELED, "poll"};
  *ready = found > 0;
  return {};
}

void FolderWatch::take(FolderChanges* changes) {
  alignas(inotify_event) char events[16384];
  bool foldersChanged = false;
  while (changes->names.size() < kMaxNames) {
    const ssize_t got = ::read(inotify_.get(), events, sizeof events);
    if (got <= 0) break;  // EAGAIN: that was all.
    for (const char* at = events; at < events + got;) {
      const auto* event = reinterpret_cast<const inotify_event*>(at);
      at += sizeof *event + event->len;
      if ((event->mask & IN_Q_OVERFLOW) != 0) changes->overflowed = true;
      const bool ended = (event->mask & (IN_DELETE_SELF | IN_MOVE_SELF | IN_UNMOUNT | IN_IGNORED)) != 0;
      if (ended && event->wd == root_) changes->gone = true;
      const auto prefix = prefixes_.find(event->wd);
      if (prefix == prefixes_.end()) continue;
      const uint8_t change = changeOf(event->mask);
      if (change != 0 && event->len > 0) changes->names[prefix->second + event->name] |= change;
      if ((event->mask & IN_ISDIR) != 0 && (change & (kCreated | kDeleted)) != 0) foldersChanged = true;
      if ((event->mask & IN_IGNORED) != 0) prefixes_.erase(prefix);
    }
  }
  // Watching a folder again gives its watch the name it has now.
  if (foldersChanged || changes->overflowed) watchNewFolders();
}

Failure FolderWatch::next(int settleMs, FolderChanges* changes) {
  bool ready = false;
  while (!ready) {
    if (Failure failure = wait(-1, true, &ready)) return failure;
  }
  if (settleMs > 0) {
    if (Failure failure = wait(settleMs, false, &ready)) return failure;
  }
  take(changes);
  return {};
}

void FolderWatch::interrupt() {
  const uint64_t one = 1;
  static_cast<void>(!::write(wake_.get(), &one, sizeof one));
}

}  // namespace memglass
