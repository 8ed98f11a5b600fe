// The list of what firedrill wrote into a folder: each file's name and hash, in manifest.json. Only what stands in it,
// unchanged, is ours to replace or to remove.
//
// The list itself is believed no more than any file of a checkout: it may name only what firedrill writes, so that a
// forged one cannot point at anything else.
#pragma once

#include <map>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace firedrill::output {

inline constexpr std::string_view kManifestName = "manifest.json";

// How a name in a folder of ours may be used.
enum class NameUse {
  foreign,  // firedrill never writes it
  output,   // written, replaced and removed
  draft,    // for people to go on writing in: what they changed stays, a new draft goes beside it
};

// A kind of folder that firedrill writes.
struct FolderKind {
  std::string_view kind;  // as the list says it: "run"
  NameUse (*use_of)(std::string_view name);
};

// A file to be written: what is large is held by others too.
struct File {
  File(std::string called, std::string text)
      : name(std::move(called)), content(std::make_shared<const std::string>(std::move(text))) {}
  File(std::string called, std::shared_ptr<const std::string> text)
      : name(std::move(called)), content(std::move(text)) {}

  std::string name;  // in the folder, '/' between parts
  std::shared_ptr<const std::string> content;
};

class Manifest {
 public:
  struct Entry {
    std::string name;
    std::string sha256;
  };

  std::span<const Entry> entries() const { return entries_; }
  bool empty() const { return entries_.empty(); }
  // Null if the name is not in it.
  const std::string* hash_of(std::string_view name) const;
  bool has(std::string_view name, std::string_view sha256) const;
  // Its place in the list, of a name that is in it.
  std::size_t position(std::string_view name) const { return index_.find(name)->second; }
  // Replaces what it says of the name.
  void set(std::string name, std::string sha256);

 private:
  std::vector<Entry> entries_;  // in the order in which the files are put in their places
  std::map<std::string, std::size_t, std::less<>> index_;
};

std::string write_manifest(const Manifest& manifest, const FolderKind& kind);
// Errors: not JSON, not of this kind, a name that firedrill does not write.
Result<Manifest> read_manifest(const SourcePtr& source, const FolderKind& kind);

// Of a draft: the name itself, then postmortem.draft.md, postmortem.draft-2.md, …, which `number` counts from 0.
std::string draft_name(std::string_view name, unsigned number);
inline constexpr unsigned kMostDrafts = 100;
// Whether it is the name, or a draft's beside it.
bool is_draft_of(std::string_view candidate, std::string_view name);

}  // namespace firedrill::output
