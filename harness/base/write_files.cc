#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <csignal>
#include <cstring>

#include "base/files.h"
#include "base/format.h"

namespace firedrill {
namespace {

namespace fs = std::filesystem;

Position whole_file(const fs::path& path) {
  Position position;
  position.source = make_source(path.string(), {});
  return position;
}

std::string_view remedy_for(int error) {
  switch (error) {
    case ENOSPC:
    case EDQUOT:
      return "free some space, or write elsewhere";
    case EACCES:
    case EPERM:
    case EROFS:
      return "write elsewhere, or see to it that you may write here";
    case ENOTDIR:
    case EEXIST:
    case EISDIR:
      return "choose another path: files and folders stand in the way of this one";
    default:
      return "write elsewhere";
  }
}

std::unexpected<Diagnostics> cannot(const fs::path& path, std::string_view what, int error) {
  return failure(whole_file(path), format("{}: {}", what, std::strerror(error)), std::string(remedy_for(error)));
}

bool write_all(int fd, std::string_view content) {
  while (!content.empty()) {
    const ssize_t written = ::write(fd, content.data(), content.size());
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) return false;
    content.remove_prefix(static_cast<std::size_t>(written));
  }
  return true;
}

// While it lives, SIGINT and SIGTERM wait, so that neither leaves a temporary file behind.
class SignalsHeld {
 public:
  SignalsHeld() {
    sigset_t held;
    sigemptyset(&held);
    sigaddset(&held, SIGINT);
    sigaddset(&held, SIGTERM);
    ::pthread_sigmask(SIG_BLOCK, &held, &before_);
  }
  SignalsHeld(const SignalsHeld&) = delete;
  SignalsHeld& operator=(const SignalsHeld&) = delete;
  ~SignalsHeld() { ::pthread_sigmask(SIG_SETMASK, &before_, nullptr); }

 private:
  sigset_t before_{};
};

// Several files on their way: temporary until commit(), gone without it.
class Batch {
 public:
  Batch() = default;
  Batch(const Batch&) = delete;
  Batch& operator=(const Batch&) = delete;
  ~Batch() {
    for (const auto& [temporary, path] : files_) ::unlink(temporary.c_str());
    if (!done_) remove_folders();
  }

  Result<void> add(const NewFile& file) {
    struct stat status{};
    if (::stat(file.path.c_str(), &status) == 0 && !S_ISREG(status.st_mode) && !S_ISDIR(status.st_mode)) {
      return write_through(file);
    }
    if (auto made = make_folders(file.path.parent_path()); !made) return made;
    std::string temporary = file.path.string() + ".XXXXXX";
    const int fd = ::mkostemp(temporary.data(), O_CLOEXEC);
    if (fd < 0) return cannot(file.path, "cannot be written", errno);
    files_.emplace_back(temporary, file.path);
    // mkostemp makes the file private; a report is for everyone whom the folder lets in.
    const bool written = write_all(fd, *file.content) && ::fchmod(fd, 0644) == 0;
    const int error = errno;
    const bool closed = ::close(fd) == 0;
    if (!written || !closed) return cannot(file.path, "cannot be written", written ? errno : error);
    return {};
  }

  Result<void> commit() {
    while (!files_.empty()) {
      const auto& [temporary, path] = files_.front();
      if (::rename(temporary.c_str(), path.c_str()) != 0) return cannot(path, "cannot be written", errno);
      files_.erase(files_.begin());
      done_ = true;
    }
    return {};
  }

 private:
  static Result<void> write_through(const NewFile& file) {
    const int fd = ::open(file.path.c_str(), O_WRONLY | O_CLOEXEC);
    if (fd < 0) return cannot(file.path, "cannot be written", errno);
    const bool written = write_all(fd, *file.content);
    const int error = errno;
    ::close(fd);
    if (!written) return cannot(file.path, "cannot be written", error);
    return {};
  }

  Result<void> make_folders(const fs::path& folder) {
    std::error_code ignored;
    if (folder.empty() || fs::exists(folder, ignored)) return {};
    if (auto made = make_folders(folder.parent_path()); !made) return made;
    if (::mkdir(folder.c_str(), 0777) == 0) {
      made_.push_back(folder);
    } else if (errno != EEXIST) {
      return cannot(folder, "cannot make the folder", errno);
    }
    return {};
  }

  void remove_folders() {
    for (auto it = made_.rbegin(); it != made_.rend(); ++it) ::rmdir(it->c_str());
  }

  std::vector<std::pair<std::string, fs::path>> files_;  // temporary names and what they are to become
  std::vector<fs::path> made_;
  bool done_ = false;
};

}  // namespace

Result<void> write_files(std::span<const NewFile> files) {
  const SignalsHeld held;
  Batch batch;
  for (const NewFile& file : files) {
    if (auto added = batch.add(file); !added) return added;
  }
  return batch.commit();
}

Result<void> write_file(const fs::path& path, std::string content) {
  const NewFile file{path, std::move(content)};
  return write_files({&file, 1});
}

Result<void> check_writable_folder(const fs::path& folder) {
  std::error_code error;
  const fs::path wanted = fs::absolute(folder, error).lexically_normal();
  fs::path there = wanted;
  struct stat status{};
  while (::stat(there.c_str(), &status) != 0) {
    if (errno != ENOENT) return cannot(folder, "cannot be written to", errno);
    if (!there.has_relative_path()) break;
    there = there.parent_path();
  }
  if (!S_ISDIR(status.st_mode)) {
    return failure(whole_file(folder), there == wanted ? "is no folder" : format("'{}' is no folder", there.string()),
                   "name a folder, or a path where none is yet");
  }
  // Rights alone do not tell: a superuser has them all, and nothing can be made in /proc for that.
  std::string trial = (there / ".firedrill-XXXXXX").string();
  if (::mkdtemp(trial.data()) == nullptr) return cannot(folder, "cannot be written to", errno);
  ::rmdir(trial.c_str());
  return {};
}

}  // namespace firedrill
