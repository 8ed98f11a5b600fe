#include "base/output/ownership.h"

#include <algorithm>

#include "base/files/files.h"
#include "base/output/staging.h"
#include "base/text/format.h"

namespace firedrill::output {
namespace {

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

std::unexpected<Error> changed(const Tree& tree, std::string_view name) {
  return refused(tree.place(name), "has been changed since firedrill wrote it",
                 "move it elsewhere to keep it, or remove it; or write into another folder");
}

std::unexpected<Error> not_ours(const Tree& tree, std::string_view name) {
  return refused(tree.place(name), "stands where firedrill writes, and is not what it wrote",
                 "move it elsewhere to keep it, or remove it; or write into another folder");
}

std::unexpected<Error> no_file(const Tree& tree, std::string_view name, Kind kind) {
  return refused(tree.place(name), format("is {} where firedrill writes a file", describe(kind)),
                 "remove it yourself if it is not needed, or write into another folder");
}

Outcome<Manifest> load_manifest(const Tree& tree, std::string_view name, const FolderKind& kind) {
  const auto entry = tree.look(name);
  if (!entry) return std::unexpected(entry.error());
  if (entry->kind != Kind::file) return no_file(tree, name, entry->kind);
  auto text = tree.read(name, kMaxInputBytes + 1);
  if (!text) return std::unexpected(text.error());
  if (text->size() > kMaxInputBytes) {
    return refused(tree.place(name), "is no list of what firedrill wrote: it is larger than 8 MiB",
                   "write into another folder");
  }
  auto manifest = read_manifest(make_source(tree.place(name).string(), std::move(*text)), kind);
  if (!manifest) return std::unexpected(Error{Reason::refused, std::move(manifest.error())});
  return std::move(*manifest);
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
