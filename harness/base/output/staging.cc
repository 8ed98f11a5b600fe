#include "base/output/staging.h"

#include <algorithm>
#include <set>

#include "base/output/ownership.h"
#include "base/text/format.h"

namespace firedrill::output {
namespace {

// The list before it is committed, and then.
constexpr std::string_view kPartName = "manifest.part";

std::string in_staging(std::string_view name) {
  return format("{}/{}", kStaging, name);
}

std::string journal() {
  return in_staging(kManifestName);
}

std::string staged_name(std::size_t number) {
  return in_staging(format("{}", number));
}

bool is_staged_name(std::string_view name) {
  const auto is_digit = [](char c) { return c >= '0' && c <= '9'; };
  return name == kPartName || (!name.empty() && std::ranges::all_of(name, is_digit));
}

// "a" and "a/b" of "a/b/c".
std::vector<std::string> folders_above(std::string_view name) {
  std::vector<std::string> folders;
  for (std::size_t at = name.find('/'); at != std::string_view::npos; at = name.find('/', at + 1)) {
    folders.emplace_back(name.substr(0, at));
  }
  return folders;
}

std::unexpected<Error> of(Error error) {
  return std::unexpected(std::move(error));
}

std::string named(const std::vector<std::string>& names) {
  constexpr std::size_t kShown = 3;
  std::string text;
  for (std::size_t i = 0; i < std::min(names.size(), kShown); ++i) {
    text += format("{}'{}'", i == 0 ? "" : i + 1 == names.size() ? " and " : ", ", names[i]);
  }
  if (names.size() > kShown) text += format(" and {} more", names.size() - kShown);
  return text;
}

Outcome<void> refuse_foreign(const Tree& tree) {
  auto names = tree.list("");
  if (!names) return std::unexpected(names.error());
  std::erase(*names, kStaging);
  if (names->empty()) return {};
  return refused(tree.path(), format("holds {}, and firedrill did not write it", named(*names)),
                 "write into another folder, or empty this one yourself if nothing in it is needed");
}

}  // namespace

Outcome<Staging::State> Staging::state() const {
  const auto folder = tree_.look(kStaging);
  if (!folder) return of(folder.error());
  if (folder->kind == Kind::nothing) return State::none;
  if (folder->kind != Kind::folder) {
    return refused(tree_.place(kStaging), format("is {}, and firedrill needs a folder there", describe(folder->kind)),
                   "remove it yourself if it is not needed, or write into another folder");
  }
  const auto list = tree_.look(journal());
  if (!list) return of(list.error());
  return list->kind == Kind::nothing ? State::uncommitted : State::committed;
}

Outcome<Manifest> Staging::committed() const {
  return load_manifest(tree_, journal(), kind_);
}

std::string Staging::where_is(const Manifest& committed, std::string_view name) const {
  if (committed.hash_of(name) == nullptr) return {};
  std::string staged = staged_name(committed.position(name));
  const auto entry = tree_.look(staged);
  return entry && entry->kind == Kind::file ? staged : std::string();
}

Outcome<void> Staging::sweep() const {
  const auto names = tree_.list(kStaging);
  if (!names) return of(names.error());
  for (const std::string& name : *names) {
    const auto entry = tree_.look(in_staging(name));
    if (!entry) return of(entry.error());
    if (entry->kind == Kind::file && is_staged_name(name)) continue;
    return refused(tree_.place(in_staging(name)), "is not what firedrill writes there",
                   "move it elsewhere, or write into another folder");
  }
  for (const std::string& name : *names) {
    if (auto removed = tree_.remove(in_staging(name)); !removed) return removed;
  }
  tree_.remove_folder(kStaging);
  return {};
}

// Whether any file of the list is there, new or in its place. Else nobody's run was interrupted: the list is forged,
// and the folder somebody else's.
Outcome<bool> Staging::is_begun(const Manifest& now) const {
  for (std::size_t i = 0; i < now.entries().size(); ++i) {
    const Manifest::Entry& entry = now.entries()[i];
    for (const std::string& name : {staged_name(i), entry.name}) {
      const auto there = tree_.see(name);
      if (!there) return of(there.error());
      if (there->kind == Kind::file && there->sha256 == entry.sha256) return true;
    }
  }
  return false;
}

Outcome<void> Staging::complete(const Manifest& old) const {
  const auto now = committed();
  if (!now) return of(now.error());
  const auto begun = is_begun(*now);
  if (!begun) return of(begun.error());
  if (!*begun) {
    return refused(tree_.place(journal()), "lists files of which none is there",
                   format("remove '{}' yourself if it is not needed, or write into another folder", kStaging));
  }
  std::vector<std::string> made;
  if (auto free = check_places(old, *now); !free) return free;
  if (auto folders = make_folders(*now, made); !folders) return folders;
  return put_in_place(old, *now);
}

Outcome<void> Staging::write(const Manifest& old, const Manifest& now, std::span<const File> files,
                             const Hooks& hooks) const {
  std::vector<std::string> made;
  if (auto staged = stage(now, files, hooks); !staged) return take_back(staged.error(), made);
  if (auto free = check_places(old, now); !free) return take_back(free.error(), made);
  if (auto moved = tree_.move(in_staging(kPartName), journal()); !moved) return take_back(moved.error(), made);
  if (auto folders = make_folders(now, made); !folders) return take_back(folders.error(), made);
  auto placed = put_in_place(old, now);
  if (placed) return placed;
  Error error = placed.error();
  error.diagnostics.push_back(
      {Severity::warning,
       {make_source(tree_.path().string(), {})},
       format("the new files are all written, but those in '{}' are not in their places yet", kStaging),
       "mend what stands in their way, and run again into this folder: that goes on moving them"});
  return of(std::move(error));
}

Outcome<void> Staging::stage(const Manifest& now, std::span<const File> files, const Hooks& hooks) const {
  if (hooks.stop()) return interrupted();
  if (auto made = tree_.make_folder(kStaging); !made) return made;
  for (const File& file : files) {
    if (auto made = tree_.create(staged_name(now.position(file.name)), *file.content, *now.hash_of(file.name)); !made) {
      return made;
    }
    if (hooks.stop()) return interrupted();
  }
  return tree_.create(in_staging(kPartName), write_manifest(now, kind_));
}

// As it was before: nothing has been put in its place yet.
Outcome<void> Staging::take_back(Error error, const std::vector<std::string>& made_folders) const {
  for (auto it = made_folders.rbegin(); it != made_folders.rend(); ++it) tree_.remove_folder(*it);
  const auto reached = state();
  if (reached && *reached == State::committed && !tree_.remove(journal())) return of(std::move(error));
  if (reached && *reached != State::none) (void)sweep();
  return of(std::move(error));
}

// Nothing may have come or changed where files are put, so that all can be.
Outcome<void> Staging::check_places(const Manifest& old, const Manifest& now) const {
  for (std::size_t i = 0; i < now.entries().size(); ++i) {
    if (auto free = check_place(old, now.entries()[i], staged_name(i)); !free) return free;
  }
  return {};
}

Outcome<void> Staging::check_place(const Manifest& old, const Manifest::Entry& entry, const std::string& staged) const {
  const auto fresh = tree_.see(staged);
  if (!fresh) return of(fresh.error());
  if (fresh->kind == Kind::nothing) return {};
  if (fresh->kind != Kind::file || fresh->sha256 != entry.sha256) {
    return refused(tree_.place(staged), "is not the file that the list beside it names",
                   format("remove '{}' yourself if it is not needed, or write into another folder", kStaging));
  }
  const auto there = tree_.see(entry.name);
  if (!there) return of(there.error());
  if (there->kind == Kind::nothing) return {};
  if (there->kind != Kind::file) return no_file(tree_, entry.name, there->kind);
  const bool ours = there->sha256 == entry.sha256 || old.has(entry.name, there->sha256);
  if (ours || kind_.use_of(entry.name) == NameUse::draft) return {};
  return old.hash_of(entry.name) != nullptr ? changed(tree_, entry.name) : not_ours(tree_, entry.name);
}

Outcome<void> Staging::make_folders(const Manifest& now, std::vector<std::string>& made) const {
  std::set<std::string> known;
  for (const Manifest::Entry& entry : now.entries()) {
    for (const std::string& folder : folders_above(entry.name)) {
      if (!known.insert(folder).second) continue;
      const auto there = tree_.look(folder);
      if (!there) return of(there.error());
      if (there->kind == Kind::folder) continue;
      if (auto is_made = tree_.make_folder(folder); !is_made) return is_made;
      made.push_back(folder);
    }
  }
  return {};
}

Outcome<void> Staging::put_in_place(const Manifest& old, const Manifest& now) const {
  for (std::size_t i = 0; i < now.entries().size(); ++i) {
    if (auto placed = place(old, now.entries()[i], staged_name(i)); !placed) return placed;
  }
  if (auto removed = remove_old(old, now); !removed) return removed;
  if (auto moved = tree_.move(journal(), kManifestName); !moved) return moved;
  tree_.remove_folder(kStaging);
  return {};
}

Outcome<void> Staging::place(const Manifest& old, const Manifest::Entry& entry, const std::string& staged) const {
  const auto fresh = tree_.look(staged);
  if (!fresh) return of(fresh.error());
  if (fresh->kind == Kind::nothing) return {};
  if (kind_.use_of(entry.name) == NameUse::draft) {
    // Somebody has written in it since: their text stays, and the list remembers what it was before.
    const auto there = tree_.see(entry.name);
    if (!there) return of(there.error());
    if (there->kind == Kind::file && !old.has(entry.name, there->sha256)) return tree_.remove(staged);
  }
  return tree_.move(staged, entry.name);
}

Outcome<void> Staging::remove_old(const Manifest& old, const Manifest& now) const {
  for (const Manifest::Entry& entry : old.entries()) {
    if (now.hash_of(entry.name) != nullptr) continue;
    const auto there = tree_.see(entry.name);
    if (!there) return of(there.error());
    if (there->kind != Kind::file || there->sha256 != entry.sha256) continue;
    if (auto removed = tree_.remove(entry.name); !removed) return removed;
    // Folders that held nothing else were made for it.
    const auto folders = folders_above(entry.name);
    (void)std::find_if(folders.rbegin(), folders.rend(), [&](const auto& each) { return !tree_.remove_folder(each); });
  }
  return {};
}

Outcome<Manifest> settle(const Tree& tree, const FolderKind& kind) {
  const auto entry = tree.look(kManifestName);
  if (!entry) return std::unexpected(entry.error());
  Outcome<Manifest> list;
  if (entry->kind != Kind::nothing) list = load_manifest(tree, kManifestName, kind);
  if (!list) return list;
  const Staging staging(tree, kind);
  const auto state = staging.state();
  if (!state) return std::unexpected(state.error());
  if (*state == Staging::State::committed) {
    if (auto completed = staging.complete(*list); !completed) return std::unexpected(completed.error());
    return load_manifest(tree, kManifestName, kind);
  }
  if (entry->kind == Kind::nothing) {
    if (auto empty = refuse_foreign(tree); !empty) return std::unexpected(empty.error());
  }
  if (*state == Staging::State::uncommitted) {
    if (auto swept = staging.sweep(); !swept) return std::unexpected(swept.error());
  }
  return list;
}

}  // namespace firedrill::output
