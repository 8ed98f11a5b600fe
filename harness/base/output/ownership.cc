#include "base/output/ownership.h"

#include "base/files/files.h"
#include "base/text/format.h"

namespace firedrill::output {

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

}  // namespace firedrill::output
