#include "base/output/manifest.h"

#include <algorithm>
#include <optional>

#include "base/text/format.h"
#include "base/text/json.h"
#include "base/version.h"

namespace firedrill::output {
namespace {

constexpr std::size_t kLongestName = 4096;  // the system's own bound on a path
constexpr std::size_t kLongestPart = 255;

// Relative, and nothing in it that leads out of the folder.
bool stays_below(std::string_view name) {
  if (name.empty() || name.size() > kLongestName || name.find('\0') != std::string_view::npos) return false;
  for (std::size_t begin = 0; begin <= name.size();) {
    const std::size_t end = std::min(name.find('/', begin), name.size());
    const std::string_view part = name.substr(begin, end - begin);
    if (part.empty() || part == "." || part == ".." || part.size() > kLongestPart) return false;
    begin = end + 1;
  }
  return true;
}

bool is_hash(std::string_view text) {
  return text.size() == 64 &&
         std::ranges::all_of(text, [](char c) { return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f'); });
}

std::optional<std::string> text_of(const json::object& object, std::string_view key) {
  const json::value* value = object.if_contains(key);
  if (value == nullptr || !value->is_string()) return std::nullopt;
  return std::string(std::string_view(value->get_string()));
}

std::unexpected<Diagnostics> no_list(const SourcePtr& source, std::string why) {
  return failure(Position{source, 0, 0}, format("is no list of what firedrill wrote: {}", why),
                 "write into another folder");
}

}  // namespace

const std::string* Manifest::hash_of(std::string_view name) const {
  const auto found = index_.find(name);
  return found == index_.end() ? nullptr : &entries_[found->second].sha256;
}

bool Manifest::has(std::string_view name, std::string_view sha256) const {
  const std::string* hash = hash_of(name);
  return hash != nullptr && *hash == sha256;
}

void Manifest::set(std::string name, std::string sha256) {
  const auto [at, is_new] = index_.emplace(name, entries_.size());
  if (is_new) {
    entries_.push_back({std::move(name), std::move(sha256)});
  } else {
    entries_[at->second].sha256 = std::move(sha256);
  }
}

std::string write_manifest(const Manifest& manifest, const FolderKind& kind) {
  json::array files;
  for (const Manifest::Entry& entry : manifest.entries()) {
    files.push_back(json::object{{"name", entry.name}, {"sha256", entry.sha256}});
  }
  return write_json(json::object{{"firedrill", kVersion}, {"kind", kind.kind}, {"files", std::move(files)}},
                    JsonStyle::pretty);
}

Result<Manifest> read_manifest(const SourcePtr& source, const FolderKind& kind) {
  const auto document = read_json(source);
  if (!document) return no_list(source, "it is not JSON");
  const json::object* object = document->if_object();
  const json::value* files = object == nullptr ? nullptr : object->if_contains("files");
  if (files == nullptr || !files->is_array() || !text_of(*object, "firedrill")) {
    return no_list(source, "it has not the form of one");
  }
  if (text_of(*object, "kind") != kind.kind) return no_list(source, format("it is not a {}'s", kind.kind));
  Manifest manifest;
  for (const json::value& value : files->get_array()) {
    const json::object* entry = value.if_object();
    auto name = entry == nullptr ? std::nullopt : text_of(*entry, "name");
    auto hash = entry == nullptr ? std::nullopt : text_of(*entry, "sha256");
    if (!name || !hash) return no_list(source, "it has not the form of one");
    if (!stays_below(*name) || kind.use_of(*name) == NameUse::foreign) {
      return no_list(source, format("it names '{}', which this version of firedrill does not write", *name));
    }
    if (!is_hash(*hash)) return no_list(source, format("what it has for '{}' is no SHA-256", *name));
    if (manifest.hash_of(*name) != nullptr) return no_list(source, format("it names '{}' twice", *name));
    manifest.set(std::move(*name), std::move(*hash));
  }
  return manifest;
}

std::string draft_name(std::string_view name, unsigned number) {
  if (number == 0) return std::string(name);
  const std::size_t dot = name.rfind('.');
  return format("{}.draft{}{}", name.substr(0, dot), number == 1 ? "" : format("-{}", number), name.substr(dot));
}

bool is_draft_of(std::string_view candidate, std::string_view name) {
  for (unsigned number = 0; number < kMostDrafts; ++number) {
    if (candidate == draft_name(name, number)) return true;
  }
  return false;
}

}  // namespace firedrill::output
