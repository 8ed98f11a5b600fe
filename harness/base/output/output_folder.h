// A folder that a run writes as a whole. It owns what it wrote and nothing else: only files of its list, unchanged, are
// replaced or removed; a folder of anybody else's is refused.
#pragma once

#include <filesystem>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "base/output/manifest.h"
#include "base/output/outcome.h"
#include "base/output/tree.h"

namespace firedrill::output {

// A path that counts from the working directory, which may be a stranger's checkout, must lead through no link of it:
// what that leads to may be anybody's. An absolute path is its user's own word.
Outcome<void> check_no_link(const std::filesystem::path& folder);

class OutputFolder {
 public:
  OutputFolder(std::filesystem::path folder, const FolderKind& kind, Hooks hooks = {})
      : folder_(std::move(folder)), kind_(kind), hooks_(hooks), memory_(std::make_shared<HashMemory>()) {}

  // The error that write() would meet with files of these names, as far as can be told beforehand, so that nobody waits
  // for a long run in vain. Nothing is written.
  Outcome<void> check(std::span<const std::string> names) const;

  // A draft that people have changed, and where the new one is.
  struct Kept {
    std::filesystem::path changed;
    std::filesystem::path draft;
  };
  // Makes the folder if it is missing. Afterwards it holds these files, of those that it wrote before none other, and
  // everything that is not its own as before; if it fails, everything as before.
  Outcome<std::vector<Kept>> write(std::span<const File> files) const;

  // Whether a file of that name is on the folder's list.
  bool lists(std::string_view name) const;
  // Writes one file of the list again; unless `force`, only one that nobody has changed.
  Outcome<void> replace(const File& file, bool force) const;

 private:
  struct Plan;
  Outcome<void> check_missing_folder() const;
  Outcome<std::string> place_for(const Tree& tree, const Manifest& old, const std::string& name) const;
  Outcome<std::string> place_for_draft(const Tree& tree, const Manifest& old, const std::string& name) const;
  Outcome<void> check_unchanged(const Tree& tree, const Manifest& old) const;
  Outcome<Plan> plan(const Tree& tree, const Manifest& old, std::span<const File> files) const;
  Outcome<std::vector<Kept>> write_into(const Tree& tree, std::span<const File> files) const;

  std::filesystem::path folder_;
  const FolderKind& kind_;
  Hooks hooks_;
  std::shared_ptr<HashMemory> memory_;
};

// A folder held for reading: nobody writes into it as long as this lives, and reading changes nothing in it. What an
// interrupted run had committed is read where it is; the next run puts it in place.
class ReadingFolder {
 public:
  static Outcome<ReadingFolder> open(const std::filesystem::path& folder, const FolderKind& kind, const Hooks& hooks);
  // Where the file of that name stands, counted from the folder.
  std::string place_of(std::string_view name) const;

 private:
  std::shared_ptr<const Tree> held_;  // null: the folder cannot be opened, or is none
  std::shared_ptr<const Manifest> committed_;
  const FolderKind* kind_ = nullptr;
};

}  // namespace firedrill::output
