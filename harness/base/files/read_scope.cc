#include "base/files/read_scope.h"

#include <dirent.h>
#include <fcntl.h>
#include <sys/stat.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <climits>
#include <deque>
#include <memory>
#include <optional>

#include "base/files/descriptor.h"
#include "base/text/format.h"

namespace firedrill {
namespace {

namespace fs = std::filesystem;

constexpr int kMostLinks = 40;  // on the way to a file, as the kernel allows
constexpr std::string_view kRepository = ".git";

std::string without_end(const fs::path& path) {
  std::string text = path.lexically_normal().generic_string();
  while (text.ends_with('/')) text.pop_back();
  return text;
}

std::string absolute_path(const fs::path& folder) {
  std::error_code error;
  return without_end(fs::absolute(folder.empty() ? fs::path(".") : folder, error));
}

// The real path of a folder, "" for "/". Of one that cannot be looked at, what it is called.
std::string real_path(const fs::path& folder) {
  std::error_code error;
  const fs::path real = fs::canonical(folder.empty() ? fs::path(".") : folder, error);
  return error ? absolute_path(folder) : without_end(real);
}

// "" of a path without a folder, which there is where the working directory has been removed.
std::string parent_of(const std::string& real) {
  const std::size_t end = real.rfind('/');
  return end == std::string::npos ? std::string() : real.substr(0, end);
}

// The next folder from it upwards that holds a repository; nothing if there is none.
std::optional<std::string> repository_of(std::string real) {
  for (;;) {
    struct stat status{};
    if (::lstat(format("{}/{}", real, kRepository).c_str(), &status) == 0) return real;
    if (real.empty()) return std::nullopt;
    real = parent_of(real);
  }
}

// What a real path leads to, opened without following a link; not to be read through.
Descriptor open_step_by_step(const std::string& real) {
  constexpr int kStep = O_PATH | O_NOFOLLOW | O_CLOEXEC;
  Descriptor opened(::open("/", kStep | O_DIRECTORY));
  for (std::size_t begin = 1; opened && begin < real.size();) {
    const std::size_t end = std::min(real.find('/', begin), real.size());
    const int kind = end < real.size() ? O_DIRECTORY : 0;
    opened = Descriptor(::openat(opened.get(), real.substr(begin, end - begin).c_str(), kStep | kind));
    begin = end + 1;
  }
  return opened;
}

// Where an open file really is; "" where the system does not say.
std::string path_of(const Descriptor& opened) {
  std::array<char, PATH_MAX> path{};
  const ssize_t length = ::readlink(format("/proc/self/fd/{}", opened.get()).c_str(), path.data(), path.size());
  return length > 0 ? std::string(path.data(), static_cast<std::size_t>(length)) : std::string();
}

// The same in one step where the system says that it led there.
Descriptor open_real(const std::string& real) {
  Descriptor opened(::open(real.empty() ? "/" : real.c_str(), O_PATH | O_NOFOLLOW | O_CLOEXEC));
  if (opened && path_of(opened) == real) return opened;
  return open_step_by_step(real);
}

// An opened file or folder, opened once more to be read: by its number, or where the system knows none by its path, if
// that still leads to it.
Descriptor open_to_read(const Descriptor& opened, const std::string& real, int kind) {
  constexpr int kRead = O_RDONLY | O_NONBLOCK | O_CLOEXEC;
  Descriptor file(::open(format("/proc/self/fd/{}", opened.get()).c_str(), kRead | kind));
  if (file || errno != ENOENT) return file;
  file = Descriptor(::open(real.empty() ? "/" : real.c_str(), kRead | O_NOFOLLOW | kind));
  struct stat wanted{};
  struct stat found{};
  const bool same = file && ::fstat(opened.get(), &wanted) == 0 && ::fstat(file.get(), &found) == 0 &&
                    wanted.st_dev == found.st_dev && wanted.st_ino == found.st_ino;
  return same ? std::move(file) : Descriptor();
}

ReadScope::Entry::Kind kind_of(int folder, const dirent& entry) {
  using Kind = ReadScope::Entry::Kind;
  if (entry.d_type == DT_LNK) return Kind::link;
  if (entry.d_type == DT_DIR) return Kind::folder;
  struct stat status{};
  if (entry.d_type != DT_UNKNOWN || ::fstatat(folder, entry.d_name, &status, AT_SYMLINK_NOFOLLOW) != 0) {
    return Kind::file;
  }
  return S_ISLNK(status.st_mode) ? Kind::link : S_ISDIR(status.st_mode) ? Kind::folder : Kind::file;
}

Position whole_file(std::string name) {
  Position position;
  position.source = make_source(std::move(name), {});
  return position;
}

}  // namespace

// A path that is followed step by step.
class ReadScope::Walk {
 public:
  explicit Walk(const ReadScope& scope) : scope_(scope) {}

  Found follow(const fs::path& path) {
    begin_at(path, scope_.real_);
    for (const fs::path& step : path) pending_.push_back(step.string());
    while (!pending_.empty() && found_.place == Place::inside) {
      const std::string step = std::move(pending_.front());
      pending_.pop_front();
      take(step);
    }
    if (found_.place == Place::inside && !scope_.holds(found_.real)) found_.place = Place::outside;
    return std::move(found_);
  }

 private:
  void begin_at(const fs::path& path, const std::string& otherwise) {
    found_.real = path.is_absolute() ? std::string() : otherwise;
  }

  void take(const std::string& step) {
    if (step.empty() || step == "." || step == "/") return;
    if (step == "..") {
      found_.real = parent_of(found_.real);
      return;
    }
    std::string next = format("{}/{}", found_.real, step);
    if (!scope_.holds(next)) return step_towards_a_root(next);
    struct stat status{};
    if (::lstat(next.c_str(), &status) != 0) return stop(errno);
    if (S_ISLNK(status.st_mode)) return follow_link(next);
    found_.real = std::move(next);
  }

  // The folders above a root are there, which is no secret, and nobody has to look at them; a root that is called by
  // another name is left by its own.
  void step_towards_a_root(std::string& next) {
    const auto above = [&](std::string_view root) {
      return root.size() > next.size() && root.starts_with(next) && root[next.size()] == '/';
    };
    bool leads = false;
    for (const Root& root : scope_.roots_) {
      const std::string named = absolute_path(scope_.root_name(root));
      if (named == next) {
        found_.real = root.real;
        return;
      }
      leads = leads || above(root.real) || above(named);
    }
    if (leads) {
      found_.real = std::move(next);
    } else {
      found_.place = Place::outside;
    }
  }

  void follow_link(const std::string& link) {
    found_.by_link = true;
    std::error_code error;
    const fs::path target = ++links_ > kMostLinks ? fs::path() : fs::read_symlink(link, error);
    if (error || target.empty()) return stop(error ? error.value() : ELOOP);
    begin_at(target, found_.real);
    std::vector<std::string> steps;
    for (const fs::path& step : target) steps.push_back(step.string());
    pending_.insert(pending_.begin(), steps.begin(), steps.end());
  }

  void stop(int error) {
    found_.place = error == ENOENT || error == ENOTDIR ? Place::missing : Place::unreadable;
    found_.error = error;
  }

  const ReadScope& scope_;
  std::deque<std::string> pending_;
  Found found_;
  int links_ = 0;
};

ReadScope::ReadScope(const fs::path& folder, const ReadOptions& options)
    : folder_(folder), real_(real_path(folder)), anywhere_(options.allow_outside) {
  // Of a link in a checkout the checkout counts, and not what a stranger made it lead to.
  auto repository = repository_of(absolute_path(folder));
  if (repository) repository = real_path(repository->empty() ? "/" : *repository);
  if (!repository) repository = repository_of(real_);
  repository_ = repository.has_value();
  roots_.push_back({repository.value_or(real_), {}});
  for (const std::string& other : options.roots) roots_.push_back({real_path(other), other});
}

ReadScope ReadScope::within(const fs::path& folder) {
  ReadScope scope;
  scope.folder_ = folder;
  scope.real_ = real_path(folder);
  scope.roots_.push_back({scope.real_, {}});
  scope.alone_ = true;
  return scope;
}

ReadScope ReadScope::from(const fs::path& below) const {
  ReadScope scope = *this;
  if (below.empty()) return scope;
  scope.folder_ = folder_ / below;
  scope.real_ = find(below).real;
  return scope;
}

std::string ReadScope::name_of(const fs::path& path) const {
  return (folder_ / path).lexically_normal().generic_string();
}

std::string ReadScope::portable_name() const {
  const std::string top = repository_ ? roots_[0].real : parent_of(real_);
  const std::string name = without_end(fs::path(real_ + "/").lexically_relative(top + "/"));
  // Not to be taken for an option.
  return name.starts_with('-') ? "./" + name : name;
}

bool ReadScope::holds(std::string_view real) const {
  return anywhere_ || std::ranges::any_of(roots_, [&](const Root& root) {
           return real.starts_with(root.real) && (real.size() == root.real.size() || real[root.real.size()] == '/');
         });
}

// As the user would name it: the first one counted from the name of the folder, which lies in it.
std::string ReadScope::root_name(const Root& root) const {
  if (!root.named.empty()) return root.named.generic_string();
  fs::path name = folder_.empty() ? fs::path(".") : folder_;
  for (std::string at = real_; at != root.real && !at.empty(); at = parent_of(at)) name /= "..";
  const std::string shown = without_end(name);
  // Behind a link ".." does not lead back.
  if (real_path(shown.empty() ? "/" : shown) == root.real) return shown.empty() ? "/" : shown;
  return root.real.empty() ? "/" : root.real;
}

ReadScope::Found ReadScope::find(const fs::path& path) const {
  return Walk(*this).follow(path);
}

ReadScope::Place ReadScope::place(const fs::path& path) const {
  return find(path).place;
}

ReadScope::Place ReadScope::place_of_name(const fs::path& path) const {
  const fs::path name = path.filename();
  if (name.empty() || name == "." || name == "..") return place(path);
  const Found folder = find(path.parent_path());
  const std::string real = format("{}/{}", folder.real, name.string());
  // From a folder above a root the name may lead into it.
  if (folder.place == Place::outside) return place(path);
  if (folder.place != Place::inside) return folder.place;
  if (!holds(real)) return Place::outside;
  struct stat status{};
  if (::lstat(real.c_str(), &status) == 0) return Place::inside;
  return errno == ENOENT || errno == ENOTDIR ? Place::missing : Place::unreadable;
}

Result<SourcePtr> ReadScope::read_found(const fs::path& path, std::size_t limit) const {
  return read(path, limit, false);
}

Result<SourcePtr> ReadScope::read_mentioned(const fs::path& path, std::size_t limit) const {
  return read(path, limit, true);
}

ReadScope ReadScope::rewritten(Rewrite rewrite, std::string called) const {
  ReadScope scope = *this;
  scope.rewrite_ = std::make_shared<const Rewrite>(std::move(rewrite));
  scope.called_ = std::move(called);
  return scope;
}

Result<SourcePtr> ReadScope::read(const fs::path& path, std::size_t limit, bool mentioned) const {
  auto source = read_as_it_is(path, limit, mentioned);
  if (!source || rewrite_ == nullptr) return source;
  return make_source((*source)->name, (*rewrite_)((*source)->name, (*source)->text), (*source)->quoting);
}

Result<SourcePtr> ReadScope::read_as_it_is(const fs::path& path, std::size_t limit, bool mentioned) const {
  std::string name = name_of(path);
  const Found found = find(path);
  if (found.place == Place::outside) return failure(whole_file(std::move(name)), outside(), outside_remedy());
  if (found.place != Place::inside) return failure(opening_failed(std::move(name), found.error));
  const Descriptor opened = open_real(found.real);
  if (!opened) return failure(opening_failed(std::move(name), errno));
  const Quoting quoting = mentioned || found.by_link ? Quoting::guarded : Quoting::full;
  // Nothing but files is opened to be read: a device or a pipe might do something then.
  struct stat status{};
  if (::fstat(opened.get(), &status) != 0 || !S_ISREG(status.st_mode)) {
    return read_open_file(opened.get(), std::move(name), limit, quoting);
  }
  const Descriptor file = open_to_read(opened, found.real, 0);
  if (!file) return failure(opening_failed(std::move(name), errno));
  return read_open_file(file.get(), std::move(name), limit, quoting);
}

std::vector<ReadScope::Entry> ReadScope::list(const fs::path& path, std::size_t most) const {
  std::vector<Entry> entries;
  const Found found = find(path);
  if (found.place != Place::inside) return entries;
  const Descriptor opened = open_real(found.real);
  if (!opened) return entries;
  Descriptor folder = open_to_read(opened, found.real, O_DIRECTORY);
  if (!folder) return entries;
  const std::unique_ptr<DIR, int (*)(DIR*)> stream(::fdopendir(folder.get()), ::closedir);
  if (stream == nullptr) return entries;
  const int descriptor = folder.release();
  while (entries.size() < most) {
    const dirent* entry = ::readdir(stream.get());
    if (entry == nullptr) break;
    const std::string_view name = entry->d_name;
    if (name != "." && name != "..") entries.push_back({std::string(name), kind_of(descriptor, *entry)});
  }
  std::ranges::sort(entries, {}, &Entry::name);
  return entries;
}

std::string ReadScope::outside() const {
  std::string text =
      format("leads outside of the {} '{}'", repository_ ? "repository" : "folder", root_name(roots_[0]));
  for (std::size_t i = 1; i < roots_.size(); ++i) text += format(" and of '{}'", root_name(roots_[i]));
  return text;
}

std::string ReadScope::outside_remedy() const {
  if (alone_) return "put the file itself into the folder, in place of the link";
  return "put a copy there; or name with `--root DIR` a folder whose files may be read too, or say `--allow-outside`";
}

FirstFile FirstFile::named(const fs::path& path, const ReadOptions& options) {
  return {ReadScope(path.parent_path(), options), path.filename().string(), true};
}

Result<SourcePtr> FirstFile::read(std::size_t limit) const {
  if (!by_user) return scope.read_found(name, limit);
  return read_source(scope.folder() / name, shown(), limit);
}

}  // namespace firedrill
