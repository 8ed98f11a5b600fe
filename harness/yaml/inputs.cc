#include "yaml/inputs.h"

#include <algorithm>
#include <filesystem>

#include "base/hash.h"
#include "base/report.h"
#include "base/text/format.h"
#include "base/text/utf8.h"

namespace firedrill::yaml {
namespace {

namespace fs = std::filesystem;

// More names of a folder are not looked through for the one that was meant.
constexpr std::size_t kMostNames = 1000;

std::string key_of(std::string_view path) {
  return fs::path(path).lexically_normal().generic_string();
}

}  // namespace

const Document* Inputs::read_first(const FirstFile& file, const FileForm& form, Dialect dialect,
                                   Diagnostics& diagnostics) {
  const auto source = file.read();
  if (source) return keep(key_of(file.name), *source, form, dialect, diagnostics);
  diagnostics.insert(diagnostics.end(), source.error().begin(), source.error().end());
  return nullptr;
}

const Document* Inputs::read(std::string_view path, const Position& named_at, const FileForm& form, Dialect dialect,
                             Diagnostics& diagnostics) {
  const std::string name = key_of(path);
  if (const auto known = documents_.find(name); known != documents_.end()) return known->second.get();
  if (first_invalid_utf8(name) != std::string::npos) {
    documents_[name] = nullptr;
    report(diagnostics, named_at, format("the name of the {} '{}' is not UTF-8", form.name, path),
           "rename the file: a record could not name it");
    return nullptr;
  }
  const auto source = scope_.read_mentioned(path);
  if (source) return keep(name, *source, form, dialect, diagnostics);
  documents_[name] = nullptr;
  tell_unread(path, named_at, form.name, source.error(), diagnostics);
  return nullptr;
}

void Inputs::tell_unread(std::string_view path, const Position& named_at, std::string_view what,
                         const Diagnostics& errors, Diagnostics& diagnostics) const {
  const bool missing = scope_.place(path) == ReadScope::Place::missing;
  for (const Diagnostic& error : errors) {
    const std::string near = missing ? nearest_file(path) : std::string();
    const bool verb =
        error.what.starts_with("is ") || error.what.starts_with("cannot ") || error.what.starts_with("leads ");
    report(diagnostics, named_at, format("the {} '{}'{}{}", what, path, verb ? " " : ": ", error.what),
           near.empty() ? error.remedy : format("did you mean '{}'?", near));
  }
}

SourcePtr Inputs::read_data(std::string_view path, const Position& named_at, std::string_view what, std::size_t limit,
                            Diagnostics& diagnostics) {
  const auto source = scope_.read_mentioned(path, limit);
  if (!source) {
    tell_unread(path, named_at, what, source.error(), diagnostics);
    return nullptr;
  }
  files_.push_back({key_of(path), sha256_hex((*source)->text), *source});
  return *source;
}

const Document* Inputs::keep(const std::string& name, const SourcePtr& source, const FileForm& form, Dialect dialect,
                             Diagnostics& diagnostics) {
  std::unique_ptr<Document>& document = documents_[name];
  document = parse_as(form, source, dialect, diagnostics);
  // The source that the document's positions have: a rule file is known by it.
  files_.push_back({name, sha256_hex(source->text), document != nullptr ? document->source() : source});
  return document.get();
}

std::vector<std::string> Inputs::expand(std::string_view pattern, std::string_view written, const FileForm& form,
                                        const Position& named_at, Diagnostics& diagnostics) const {
  if (!is_sound_pattern(pattern)) {
    report(diagnostics, named_at, "syntax error in pattern", "a '[' needs its ']', and a '\\' a character behind it");
    return {};
  }
  // Prometheus puts the folder in front and makes the path as short as it can be.
  const std::string clean = key_of(pattern);
  Expansion found = expand_pattern(scope_, clean);
  if (!found.outside.empty()) {
    const std::string way = found.outside == clean ? std::string() : format(", by way of '{}',", found.outside);
    report(diagnostics, named_at, format("the {} '{}'{} {}", form.name, written, way, scope_.outside()),
           scope_.outside_remedy());
    return {};
  }
  if (found.too_many) {
    report(diagnostics, named_at, format("the pattern '{}' matches too much, or has too much to look through", written),
           format("at most {} files are taken, and at most {} names looked at", kMostMatches, kMostNamesVisited));
    return {};
  }
  return std::move(found.paths);
}

bool Inputs::matches_any(std::string_view pattern) const {
  return is_sound_pattern(pattern) && !expand_pattern(scope_, key_of(pattern)).paths.empty();
}

// The path of an existing file nearest to one that is missing, relative to the folder; empty if none is near.
std::string Inputs::nearest_file(std::string_view path) const {
  const fs::path wanted(path);
  std::vector<std::string> names;
  for (ReadScope::Entry& entry : scope_.list(wanted.parent_path(), kMostNames)) names.push_back(std::move(entry.name));
  const std::string near = nearest(wanted.filename().string(), names);
  return near.empty() || near == wanted.filename() ? std::string() : (wanted.parent_path() / near).generic_string();
}

std::vector<InputFile> Inputs::take_files() {
  std::sort(files_.begin(), files_.end(), [](const InputFile& a, const InputFile& b) { return a.name < b.name; });
  return std::move(files_);
}

}  // namespace firedrill::yaml
