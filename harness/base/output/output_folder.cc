#include "base/output/output_folder.h"

#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <set>

#include "base/hash.h"
#include "base/output/locked_tree.h"
#include "base/output/ownership.h"
#include "base/output/staging.h"

namespace firedrill::output {
namespace {

namespace fs = std::filesystem;

std::unexpected<Error> of(Error error) {
  return std::unexpected(std::move(error));
}

std::string folder_of(std::string_view name) {
  const std::size_t slash = name.rfind('/');
  return std::string(slash == std::string_view::npos ? "" : name.substr(0, slash));
}

// Whether files can be made in a folder where none of ours stands. Rights alone do not tell: a superuser has them all,
// and nothing can be made in /proc for that.
Outcome<void> try_to_make_in(const fs::path& there, const fs::path& wanted) {
  std::string trial = (there / ".firedrill-XXXXXX").string();
  if (::mkdtemp(trial.data()) == nullptr) return failed(wanted, "cannot be written to", errno);
  ::rmdir(trial.c_str());
  return {};
}

std::unexpected<Error> is_no_folder(const fs::path& wanted, const fs::path& there) {
  return refused(wanted, there == wanted ? "is no folder" : "'" + there.string() + "' is no folder",
                 "name a folder, or a path where none is yet");
}

}  // namespace

// What is to be put where.
struct OutputFolder::Plan {
  Manifest now;
  std::vector<File> files;
  std::vector<Kept> kept;
};

Outcome<void> OutputFolder::check(std::span<const std::string> names) const {
  if (auto free = check_not_own(folder_); !free) return free;
  struct stat status{};
  if (::stat(folder_.c_str(), &status) != 0) {
    if (errno == ENOENT) return check_missing_folder();
    const int number = errno;
    Error error = failed(folder_, "cannot be written to", number).error();
    // Below a file: the user must name another place, whatever the system is in.
    if (number == ENOTDIR) error.reason = Reason::refused;
    return of(std::move(error));
  }
  if (!S_ISDIR(status.st_mode)) return is_no_folder(folder_, folder_);
  const auto tree = open_locked(folder_, Sharing::alone, hooks_, memory_);
  if (!tree) return of(tree.error());
  const auto old = settle(*tree, kind_);
  if (!old) return of(old.error());
  std::vector<File> files;
  for (const std::string& name : names) files.emplace_back(name, std::string());
  if (auto planned = plan(*tree, *old, files); !planned) return of(planned.error());
  if (auto made = tree->make_folder(kStaging); !made) return made;
  tree->remove_folder(kStaging);
  return {};
}

Outcome<void> OutputFolder::check_missing_folder() const {
  struct stat status{};
  std::error_code error;
  const fs::path wanted = fs::absolute(folder_, error);
  if (error) return refused(folder_, "counts from the working directory, which is gone", "name an absolute path");
  fs::path there = wanted;
  while (::stat(there.c_str(), &status) != 0) {
    if (errno != ENOENT) return failed(folder_, "cannot be written to", errno);
    if (::lstat(there.c_str(), &status) == 0) {
      return refused(there == wanted ? folder_ : there, "is a symbolic link to nowhere",
                     "make the folder that it names, or write elsewhere");
    }
    if (!there.has_relative_path()) break;
    there = there.parent_path();
  }
  if (!S_ISDIR(status.st_mode)) return is_no_folder(folder_, there);
  return try_to_make_in(there, folder_);
}

// A file of the list may be replaced or removed; a place where nothing stands is free. All that is in the way is said.
Outcome<void> OutputFolder::check_unchanged(const Tree& tree, const Manifest& old) const {
  Diagnostics found;
  const auto add = [&](const std::unexpected<Error>& problem) {
    const Diagnostics& more = problem.error().diagnostics;
    found.insert(found.end(), more.begin(), more.end());
  };
  for (const Manifest::Entry& entry : old.entries()) {
    const auto there = tree.see(entry.name);
    if (!there) return of(there.error());
    const bool is_file = there->kind == Kind::file;
    if (!is_file && there->kind != Kind::nothing) add(no_file(tree, entry.name, there->kind));
    if (is_file && there->sha256 != entry.sha256 && kind_.use_of(entry.name) != NameUse::draft) {
      add(changed(tree, entry.name));
    }
  }
  if (!found.empty()) return of({Reason::refused, std::move(found)});
  return {};
}

Outcome<std::string> OutputFolder::place_for(const Tree& tree, const Manifest& old, const std::string& name) const {
  if (kind_.use_of(name) == NameUse::draft) return place_for_draft(tree, old, name);
  const auto there = tree.look(name);
  if (!there) return of(there.error());
  if (there->kind == Kind::nothing || (there->kind == Kind::file && old.hash_of(name) != nullptr)) return name;
  return there->kind == Kind::file ? not_ours(tree, name) : no_file(tree, name, there->kind);
}

Outcome<std::string> OutputFolder::place_for_draft(const Tree& tree, const Manifest& old,
                                                   const std::string& name) const {
  for (unsigned number = 0; number < kMostDrafts; ++number) {
    std::string draft = draft_name(name, number);
    const auto there = tree.see(draft);
    if (!there) return of(there.error());
    if (there->kind == Kind::nothing) return draft;
    if (there->kind != Kind::file) return no_file(tree, draft, there->kind);
    if (old.has(draft, there->sha256)) return draft;
  }
  return refused(tree.place(name), "has been changed, and so have all drafts beside it",
                 "move those elsewhere that you want to keep, and remove the others");
}

Outcome<OutputFolder::Plan> OutputFolder::plan(const Tree& tree, const Manifest& old,
                                               std::span<const File> files) const {
  if (auto unchanged = check_unchanged(tree, old); !unchanged) return of(unchanged.error());
  Plan plan;
  std::set<std::string> folders = {""};
  for (const Manifest::Entry& entry : old.entries()) folders.insert(folder_of(entry.name));
  for (const File& file : files) {
    if (plan.now.hash_of(file.name) != nullptr) continue;  // the same file under two names
    auto place = place_for(tree, old, file.name);
    if (!place) return of(place.error());
    if (*place != file.name) plan.kept.push_back({tree.place(file.name), tree.place(*place)});
    plan.now.set(*place, sha256_hex(*file.content));
    plan.files.emplace_back(*place, file.content);
    folders.insert(folder_of(*place));
  }
  for (const std::string& folder : folders) {
    if (auto writable = tree.check_writable(folder); !writable) return of(writable.error());
  }
  return plan;
}

Outcome<std::vector<OutputFolder::Kept>> OutputFolder::write_into(const Tree& tree, std::span<const File> files) const {
  const auto old = settle(tree, kind_);
  if (!old) return of(old.error());
  auto planned = plan(tree, *old, files);
  if (!planned) return of(planned.error());
  const Staging staging(tree, kind_);
  if (auto written = staging.write(*old, planned->now, planned->files, hooks_); !written) return of(written.error());
  return std::move(planned->kept);
}

Outcome<std::vector<OutputFolder::Kept>> OutputFolder::write(std::span<const File> files) const {
  MadeFolders made;
  const auto tree = make_locked(folder_, made, hooks_, memory_);
  if (!tree) return of(tree.error());
  auto written = write_into(*tree, files);
  if (!written) made.remove();
  return written;
}

bool OutputFolder::lists(std::string_view name) const {
  const auto tree = Tree::open(folder_);
  if (!tree) return false;
  const auto list = load_manifest(*tree, kManifestName, kind_);
  return list && list->hash_of(name) != nullptr;
}

Outcome<void> OutputFolder::replace(const File& file, bool force) const {
  const auto tree = open_locked(folder_, Sharing::alone, hooks_, memory_);
  if (!tree) return of(tree.error());
  auto old = settle(*tree, kind_);
  if (!old) return of(old.error());
  const auto there = tree->see(file.name);
  if (!there) return of(there.error());
  const std::string sha256 = sha256_hex(*file.content);
  if (there->kind != Kind::file && there->kind != Kind::nothing) return no_file(*tree, file.name, there->kind);
  if (there->kind == Kind::file && !old->has(file.name, there->sha256)) {
    if (!force && there->sha256 != sha256) return changed(*tree, file.name);
    old->set(file.name, there->sha256);
  }
  if (there->sha256 == sha256 && old->has(file.name, sha256)) return {};
  Manifest now = *old;
  now.set(file.name, sha256);
  return Staging(*tree, kind_).write(*old, now, {&file, 1}, hooks_);
}

Outcome<void> check_no_link(const fs::path& folder) {
  if (folder.is_absolute()) return {};
  fs::path so_far;
  for (const fs::path& part : folder) {
    so_far /= part;
    struct stat status{};
    if (::lstat(so_far.c_str(), &status) != 0) return {};  // nothing from here on
    if (S_ISLNK(status.st_mode)) {
      return refused(so_far, "is a link, and what it leads to may be anybody's", "name the folder that it leads to");
    }
  }
  return {};
}

Outcome<ReadingFolder> ReadingFolder::open(const fs::path& folder, const FolderKind& kind, const Hooks& hooks) {
  ReadingFolder reading;
  reading.kind_ = &kind;
  const fs::path opened = folder.empty() ? fs::path(".") : folder;
  if (!Tree::open(opened)) return reading;
  auto tree = open_locked(opened, Sharing::readers, hooks);
  if (!tree) return of(tree.error());
  reading.held_ = std::make_shared<const Tree>(*tree);
  if (auto committed = Staging(*tree, kind).committed()) {
    reading.committed_ = std::make_shared<const Manifest>(std::move(*committed));
  }
  return reading;
}

std::string ReadingFolder::place_of(std::string_view name) const {
  const std::string staged = committed_ != nullptr ? Staging(*held_, *kind_).where_is(*committed_, name) : "";
  return staged.empty() ? std::string(name) : staged;
}

}  // namespace firedrill::output
