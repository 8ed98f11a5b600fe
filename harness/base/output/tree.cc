#include "base/output/tree.h"

#include <dirent.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdio>

#include "base/hash.h"
#include "base/text/format.h"

namespace firedrill::output {
namespace {

// More than any file of a run; what is larger was not written by one.
constexpr std::int64_t kLargestOutput = std::int64_t{4} << 30;

constexpr std::string_view kElsewhere = "remove it yourself if it is not needed, or write elsewhere";

Kind kind_of(const struct stat& status) {
  return S_ISREG(status.st_mode)   ? Kind::file
         : S_ISDIR(status.st_mode) ? Kind::folder
         : S_ISLNK(status.st_mode) ? Kind::link
                                   : Kind::other;
}

Stamp stamp_of(const struct stat& status) {
  return {status.st_dev,          status.st_ino,         status.st_size,        status.st_mtim.tv_sec,
          status.st_mtim.tv_nsec, status.st_ctim.tv_sec, status.st_ctim.tv_nsec};
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

ssize_t read_some(int fd, char* to, std::size_t size) {
  ssize_t got = 0;
  do {
    got = ::read(fd, to, size);
  } while (got < 0 && errno == EINTR);
  return got;
}

}  // namespace

std::string_view describe(Kind kind) {
  switch (kind) {
    case Kind::nothing:
      return "nothing";
    case Kind::file:
      return "a file";
    case Kind::folder:
      return "a folder";
    case Kind::link:
      return "a symbolic link";
    case Kind::other:
      break;
  }
  return "a pipe, a socket or a device";
}

Handle::~Handle() {
  if (fd_ >= 0) ::close(fd_);
}

struct Tree::Spot {
  std::shared_ptr<const Handle> folder;  // null: missing
  std::string last;
};

Outcome<Tree> Tree::open(const std::filesystem::path& folder, std::shared_ptr<HashMemory> memory) {
  auto root = std::make_shared<const Handle>(::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  struct stat status{};
  if (root->get() < 0 || ::fstat(root->get(), &status) != 0) return failed(folder, "cannot be opened", errno);
  if (memory == nullptr) memory = std::make_shared<HashMemory>();
  return Tree(folder, std::move(root), status.st_dev, std::move(memory));
}

Outcome<Tree::Spot> Tree::find(std::string_view name) const {
  Spot spot{root_, {}};
  std::size_t begin = 0;
  for (std::size_t end = name.find('/'); end != std::string_view::npos; end = name.find('/', begin)) {
    const std::string part(name.substr(begin, end - begin));
    const std::string_view so_far = name.substr(0, end);
    begin = end + 1;
    struct stat status{};
    if (::fstatat(spot.folder->get(), part.c_str(), &status, AT_SYMLINK_NOFOLLOW) != 0) {
      if (errno == ENOENT) return Spot{};
      return failed(place(so_far), "cannot be looked at", errno);
    }
    if (!S_ISDIR(status.st_mode)) {
      return refused(place(so_far), format("is {} where a folder is needed", describe(kind_of(status))),
                     std::string(kElsewhere));
    }
    if (status.st_dev != device_) {
      return refused(place(so_far), "is on another file system than the folder above it", std::string(kElsewhere));
    }
    spot.folder = std::make_shared<const Handle>(
        ::openat(spot.folder->get(), part.c_str(), O_PATH | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC));
    if (spot.folder->get() < 0) return failed(place(so_far), "cannot be opened", errno);
  }
  spot.last = name.substr(begin);
  return spot;
}

Outcome<Tree::Spot> Tree::find_present(std::string_view name) const {
  auto spot = find(name);
  if (spot && spot->folder == nullptr) return failed(place(name), "cannot be reached", ENOENT);
  return spot;
}

Outcome<Tree::Entry> Tree::look(std::string_view name) const {
  const auto spot = find(name);
  if (!spot) return std::unexpected(spot.error());
  if (spot->folder == nullptr) return Entry{};
  struct stat status{};
  if (::fstatat(spot->folder->get(), spot->last.c_str(), &status, AT_SYMLINK_NOFOLLOW) != 0) {
    if (errno == ENOENT) return Entry{};
    return failed(place(name), "cannot be looked at", errno);
  }
  return Entry{kind_of(status), stamp_of(status)};
}

Outcome<std::vector<std::string>> Tree::list(std::string_view folder) const {
  const auto spot = find_present(format("{}{}.", folder, folder.empty() ? "" : "/"));
  if (!spot) return std::unexpected(spot.error());
  const int fd = ::openat(spot->folder->get(), ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  DIR* stream = fd < 0 ? nullptr : ::fdopendir(fd);
  if (stream == nullptr) {
    const int error = errno;
    if (fd >= 0) ::close(fd);
    return failed(place(folder), "cannot be read", error);
  }
  std::vector<std::string> names;
  errno = 0;
  while (const dirent* entry = ::readdir(stream)) {
    const std::string_view name = entry->d_name;
    if (name != "." && name != "..") names.emplace_back(name);
  }
  const int error = errno;
  ::closedir(stream);
  if (error != 0) return failed(place(folder), "cannot be read", error);
  std::ranges::sort(names);
  return names;
}

Outcome<std::shared_ptr<const Handle>> Tree::open_file(std::string_view name) const {
  const auto spot = find_present(name);
  if (!spot) return std::unexpected(spot.error());
  // O_NONBLOCK: should a pipe have taken the file's place since it was looked at, this does not wait for its writer.
  auto file = std::make_shared<const Handle>(
      ::openat(spot->folder->get(), spot->last.c_str(), O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC));
  struct stat status{};
  if (file->get() < 0 || ::fstat(file->get(), &status) != 0) return failed(place(name), "cannot be read", errno);
  if (!S_ISREG(status.st_mode)) {
    return refused(place(name), format("is {}, not a regular file", describe(kind_of(status))),
                   std::string(kElsewhere));
  }
  return file;
}

Outcome<std::string> Tree::read(std::string_view name, std::size_t most) const {
  const auto file = open_file(name);
  if (!file) return std::unexpected(file.error());
  std::string text;
  std::array<char, 1 << 16> buffer;
  while (text.size() < most) {
    const ssize_t got = read_some((*file)->get(), buffer.data(), std::min(buffer.size(), most - text.size()));
    if (got < 0) return failed(place(name), "cannot be read", errno);
    if (got == 0) break;
    text.append(buffer.data(), static_cast<std::size_t>(got));
  }
  return text;
}

Outcome<std::string> Tree::hash(std::string_view name, const Entry& entry) const {
  if (entry.stamp.size > kLargestOutput) return std::string();
  if (const auto known = memory_->find(entry.stamp); known != memory_->end()) return known->second;
  const auto file = open_file(name);
  if (!file) return std::unexpected(file.error());
  Sha256 hash;
  std::array<char, 1 << 16> buffer;
  std::int64_t seen = 0;
  while (true) {
    const ssize_t got = read_some((*file)->get(), buffer.data(), buffer.size());
    if (got < 0) return failed(place(name), "cannot be read", errno);
    if (got == 0) break;
    seen += got;
    if (seen > kLargestOutput) return std::string();
    hash.add({buffer.data(), static_cast<std::size_t>(got)});
  }
  const std::string digits = hash.hex();
  struct stat status{};
  const bool same = ::fstat((*file)->get(), &status) == 0 && stamp_of(status) == entry.stamp;
  if (same) (*memory_)[entry.stamp] = digits;
  return digits;
}

Outcome<Tree::Seen> Tree::see(std::string_view name) const {
  const auto entry = look(name);
  if (!entry) return std::unexpected(entry.error());
  if (entry->kind != Kind::file) return Seen{entry->kind, {}};
  auto digits = hash(name, *entry);
  if (!digits) return std::unexpected(digits.error());
  return Seen{entry->kind, std::move(*digits)};
}

Outcome<void> Tree::create(std::string_view name, std::string_view content, std::string sha256) const {
  const auto spot = find_present(name);
  if (!spot) return std::unexpected(spot.error());
  const int fd =
      ::openat(spot->folder->get(), spot->last.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0666);
  if (fd < 0) return failed(place(name), "cannot be written", errno);
  const bool written = write_all(fd, content);
  int error = errno;
  struct stat status{};
  if (written && !sha256.empty() && ::fstat(fd, &status) == 0) (*memory_)[stamp_of(status)] = std::move(sha256);
  const bool closed = ::close(fd) == 0;
  if (written && closed) return {};
  if (written) error = errno;
  ::unlinkat(spot->folder->get(), spot->last.c_str(), 0);
  return failed(place(name), "cannot be written", error);
}

Outcome<void> Tree::make_folder(std::string_view name) const {
  const auto spot = find_present(name);
  if (!spot) return std::unexpected(spot.error());
  if (::mkdirat(spot->folder->get(), spot->last.c_str(), 0777) == 0) return {};
  return failed(place(name), "cannot make the folder", errno);
}

Outcome<void> Tree::move(std::string_view from, std::string_view to, bool replace) const {
  const auto source = find_present(from);
  if (!source) return std::unexpected(source.error());
  const auto target = find_present(to);
  if (!target) return std::unexpected(target.error());
  const auto renamed = [&](unsigned flags) {
    return ::renameat2(source->folder->get(), source->last.c_str(), target->folder->get(), target->last.c_str(),
                       flags) == 0;
  };
  if (renamed(replace ? 0 : RENAME_NOREPLACE)) return {};
  // A file system that cannot ask and rename in one step.
  if (!replace && errno == EINVAL) {
    const auto there = look(to);
    if (!there) return std::unexpected(there.error());
    if (there->kind != Kind::nothing) return failed(place(to), "cannot be written", EEXIST);
    if (renamed(0)) return {};
  }
  return failed(place(to), "cannot be put in its place", errno);
}

Outcome<void> Tree::remove(std::string_view name) const {
  const auto spot = find(name);
  if (!spot) return std::unexpected(spot.error());
  if (spot->folder == nullptr || ::unlinkat(spot->folder->get(), spot->last.c_str(), 0) == 0 || errno == ENOENT) {
    return {};
  }
  return failed(place(name), "cannot be removed", errno);
}

bool Tree::remove_folder(std::string_view name) const {
  const auto spot = find(name);
  return spot && spot->folder != nullptr && ::unlinkat(spot->folder->get(), spot->last.c_str(), AT_REMOVEDIR) == 0;
}

Outcome<void> Tree::check_writable(std::string_view folder) const {
  const auto spot = find(format("{}{}.", folder, folder.empty() ? "" : "/"));
  if (!spot) return std::unexpected(spot.error());
  if (spot->folder == nullptr || ::faccessat(spot->folder->get(), ".", W_OK | X_OK, AT_EACCESS) == 0) return {};
  return failed(place(folder), "cannot be written to", errno);
}

}  // namespace firedrill::output
