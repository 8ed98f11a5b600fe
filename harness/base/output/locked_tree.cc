#include "base/output/locked_tree.h"

#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>

#include "base/clock.h"

namespace firedrill::output {
namespace {

namespace fs = std::filesystem;

constexpr double kSecondsToSayNothing = 1;
constexpr double kSecondsToWait = 30;
constexpr int kAttempts = 100;

Outcome<void> lock(const Tree& tree, int how, const Hooks& hooks) {
  const double since = stopwatch_seconds();
  bool told = false;
  WallClock clock;
  while (::flock(tree.handle(), how | LOCK_NB) != 0) {
    // Some network file systems cannot lock folders.
    if (errno != EWOULDBLOCK && errno != EINTR) return {};
    if (hooks.stop()) return interrupted();
    const double waited = stopwatch_seconds() - since;
    if (waited > kSecondsToWait) {
      return std::unexpected(
          Error{Reason::failed, refused(tree.path(), "another program has had this folder in use for 30 seconds",
                                        "wait until it has ended, or write elsewhere")
                                    .error()
                                    .diagnostics});
    }
    if (!told && waited > kSecondsToSayNothing) {
      told = true;
      if (hooks.waiting != nullptr) hooks.waiting(tree.path());
    }
    clock.wait_until(clock.now() + 5ms);
  }
  return {};
}

// Whoever made the folder and failed has removed it; who waited for it holds a folder that has no name any more.
bool still_there(const Tree& tree) {
  struct stat held{}, named{};
  return ::fstat(tree.handle(), &held) == 0 && ::stat(tree.path().c_str(), &named) == 0 &&
         held.st_dev == named.st_dev && held.st_ino == named.st_ino;
}

}  // namespace

Outcome<void> MadeFolders::make(const fs::path& folder) {
  struct stat status{};
  if (folder.empty() || ::stat(folder.c_str(), &status) == 0) return {};
  // "a/b/" is "a/b".
  if (!folder.has_filename()) return make(folder.parent_path());
  if (auto above = make(folder.parent_path()); !above) return above;
  if (::mkdir(folder.c_str(), 0777) == 0) {
    made_.push_back(folder);
    return {};
  }
  const int error = errno;
  // Made by another meanwhile; unless it is a link to nowhere.
  if (error == EEXIST && ::stat(folder.c_str(), &status) == 0) return {};
  return failed(folder, "cannot make the folder", error);
}

void MadeFolders::remove() {
  for (auto it = made_.rbegin(); it != made_.rend(); ++it) ::rmdir(it->c_str());
  made_.clear();
}

Outcome<Tree> open_locked(const fs::path& folder, Sharing sharing, const Hooks& hooks,
                          std::shared_ptr<HashMemory> memory) {
  for (int attempt = 0; attempt < kAttempts; ++attempt) {
    auto tree = Tree::open(folder, memory);
    if (!tree) return tree;
    if (auto locked = lock(*tree, sharing == Sharing::alone ? LOCK_EX : LOCK_SH, hooks); !locked) {
      return std::unexpected(locked.error());
    }
    if (still_there(*tree)) return tree;
  }
  return failed(folder, "cannot be opened", EBUSY);
}

Outcome<Tree> make_locked(const fs::path& folder, MadeFolders& made, const Hooks& hooks,
                          std::shared_ptr<HashMemory> memory) {
  for (int attempt = 0;; ++attempt) {
    if (auto there = made.make(folder); !there) {
      made.remove();
      return std::unexpected(there.error());
    }
    // From here on they stay if the lock is not to be had: whoever has it is about to write into them.
    auto tree = open_locked(folder, Sharing::alone, hooks, memory);
    struct stat status{};
    const bool gone = !tree && ::stat(folder.c_str(), &status) != 0 && errno == ENOENT;
    if (!gone || attempt >= kAttempts) return tree;
  }
}

}  // namespace firedrill::output
