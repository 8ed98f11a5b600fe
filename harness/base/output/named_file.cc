#include "base/output/named_file.h"

#include <fcntl.h>
#include <signal.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>

#include "base/output/locked_tree.h"
#include "base/output/own_names.h"
#include "base/output/tree.h"
#include "base/text/format.h"

namespace firedrill::output {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t kBeginning = 4096;  // of a file, enough to tell its kind

class NamedFile {
 public:
  NamedFile(const Tree& tree, fs::path path, std::string_view content, const NamedFileOptions& options)
      : tree_(tree), path_(std::move(path)), name_(path_.filename().string()), content_(content), options_(options) {}

  // Without the content: whether there is a place for some.
  Outcome<void> check() const {
    const auto there = tree_.look(name_);
    if (!there) return std::unexpected(there.error());
    if (there->kind != Kind::nothing && there->kind != Kind::file) return refuse_kind(there->kind);
    if (auto writable = tree_.check_writable(""); !writable) return writable;
    if (there->kind == Kind::nothing || options_.replaceable == nullptr) return {};
    const auto free = may_replace();
    if (!free) return std::unexpected(free.error());
    return *free ? Outcome<void>() : refuse_to_replace();
  }

  Outcome<void> write() const {
    const auto there = tree_.look(name_);
    if (!there) return std::unexpected(there.error());
    if (there->kind == Kind::nothing) return write_beside(false);
    if (there->kind != Kind::file) return refuse_kind(there->kind);
    const auto same = is_same(there->stamp.size);
    if (!same) return std::unexpected(same.error());
    if (*same) return {};
    const auto free = may_replace();
    if (!free) return std::unexpected(free.error());
    return *free ? write_beside(true) : refuse_to_replace();
  }

 private:
  Outcome<bool> is_same(std::int64_t size) const {
    if (static_cast<std::size_t>(size) != content_.size()) return false;
    const auto text = tree_.read(name_, content_.size() + 1);
    if (!text) return std::unexpected(text.error());
    return *text == content_;
  }

  Outcome<bool> may_replace() const {
    if (options_.force) return true;
    if (options_.replaceable == nullptr) return false;
    const auto beginning = tree_.read(name_, kBeginning);
    if (!beginning) return std::unexpected(beginning.error());
    return options_.replaceable(*beginning);
  }

  Outcome<void> refuse_kind(Kind kind) const {
    return refused(path_, format("is {}, and is not written to", describe(kind)),
                   options_.otherwise.empty() ? "name another file" : options_.otherwise);
  }

  Outcome<void> refuse_to_replace() const {
    return refused(path_, "is there already, and holds something else",
                   "name another file, or add --force to replace it");
  }

  // A name that nobody else takes: creating it fails if it is taken.
  Outcome<void> write_beside(bool replace) const {
    for (int number = 0;; ++number) {
      const std::string beside = temporary_name(::getpid(), number);
      const auto taken = tree_.look(beside);
      if (!taken) return std::unexpected(taken.error());
      if (taken->kind != Kind::nothing) continue;
      if (auto created = tree_.create(beside, content_); !created) return named(created.error());
      auto moved = options_.hooks.stop() ? Outcome<void>(interrupted()) : tree_.move(beside, name_, replace);
      if (moved) return moved;
      (void)tree_.remove(beside);
      const auto there = tree_.look(name_);
      const bool appeared = !replace && there && there->kind != Kind::nothing;
      return appeared && !options_.hooks.stop() ? refuse_to_replace() : named(moved.error());
    }
  }

  // The user knows the file by the name that they gave.
  Outcome<void> named(Error error) const {
    for (Diagnostic& diagnostic : error.diagnostics) diagnostic.where = {make_source(path_.string(), {})};
    return std::unexpected(std::move(error));
  }

  const Tree& tree_;
  fs::path path_;
  std::string name_;
  std::string_view content_;
  const NamedFileOptions& options_;
};

// Files that a process left here which was killed while it wrote them: that process is no more, and the file is the
// user's, with no other name.
void sweep_temporaries(const Tree& tree) {
  const auto names = tree.list("");
  if (!names) return;
  for (const std::string& name : *names) {
    const auto maker = maker_of(name);
    struct stat status{};
    if (!maker || *maker <= 0 || ::kill(static_cast<pid_t>(*maker), 0) == 0 || errno != ESRCH) continue;
    if (::fstatat(tree.handle(), name.c_str(), &status, AT_SYMLINK_NOFOLLOW) != 0) continue;
    if (S_ISREG(status.st_mode) && status.st_nlink == 1 && status.st_uid == ::geteuid()) (void)tree.remove(name);
  }
}

// Folders that are made for it go again unless it is written.
template <typename Use>
Outcome<void> with_place(const fs::path& path, bool writes, const Use& use) {
  if (!path.has_filename()) return refused(path, "is a folder", "name a file in it");
  if (auto free = check_not_own(path); !free) return free;
  const fs::path folder = path.has_parent_path() ? path.parent_path() : fs::path(".");
  MadeFolders made;
  auto there = made.make(folder);
  const auto tree = there ? Tree::open(folder) : Outcome<Tree>(std::unexpected(there.error()));
  if (!tree) {
    made.remove();
    return std::unexpected(tree.error());
  }
  Outcome<void> used = use(*tree);
  if (!writes || !used) made.remove();
  return used;
}

}  // namespace

Outcome<void> write_named_file(const fs::path& path, std::string_view content, const NamedFileOptions& options) {
  return with_place(path, true, [&](const Tree& tree) {
    sweep_temporaries(tree);
    return NamedFile(tree, path, content, options).write();
  });
}

Outcome<void> check_named_file(const fs::path& path, const NamedFileOptions& options) {
  return with_place(path, false, [&](const Tree& tree) { return NamedFile(tree, path, {}, options).check(); });
}

}  // namespace firedrill::output
