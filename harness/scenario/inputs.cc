#include "scenario/inputs.h"

#include <glob.h>

#include <algorithm>

#include "base/files.h"
#include "base/format.h"
#include "base/hash.h"
#include "scenario/decode.h"

namespace firedrill::scenario {
namespace {

namespace fs = std::filesystem;

// A literal path for glob(3).
std::string escaped(const std::string& path) {
  std::string out;
  for (const char c : path) {
    if (c == '*' || c == '?' || c == '[' || c == ']' || c == '\\') out += '\\';
    out += c;
  }
  return out;
}

std::string display_name(const fs::path& path) {
  return path.lexically_normal().generic_string();
}

}  // namespace

bool is_pattern(std::string_view path) {
  return path.find_first_of("*?[") != std::string_view::npos;
}

const Document* Inputs::read(std::string_view path, const Position& named_at, std::string_view kind, Dialect dialect,
                             Diagnostics& diagnostics) {
  const std::string name = fs::path(path).lexically_normal().generic_string();
  if (const auto known = documents_.find(name); known != documents_.end()) return known->second.get();
  std::unique_ptr<Document>& document = documents_[name];
  const fs::path full = folder_ / path;
  const auto source = read_source(full, display_name(full));
  if (!source) {
    for (const Diagnostic& error : source.error()) {
      if (named_at.source == nullptr) {
        diagnostics.push_back(error);
        continue;
      }
      const std::string near = nearest_file(path);
      const std::string_view separator =
          error.what.starts_with("is ") || error.what.starts_with("cannot ") ? " " : ": ";
      report(diagnostics, named_at, format("the {} '{}'{}{}", kind, path, separator, error.what),
             near.empty() ? error.remedy : format("did you mean '{}'?", near));
    }
    return nullptr;
  }
  files_.push_back({name, sha256_hex((*source)->text), *source});
  document = Document::parse(*source, diagnostics, dialect);
  return document.get();
}

std::vector<std::string> Inputs::glob(std::string_view pattern) const {
  const bool absolute = fs::path(pattern).is_absolute();
  const std::string prefix = absolute || folder_.empty() ? std::string() : escaped(folder_.string()) + "/";
  glob_t found{};
  std::vector<std::string> paths;
  if (::glob((prefix + std::string(pattern)).c_str(), GLOB_NOSORT, nullptr, &found) == 0) {
    for (std::size_t i = 0; i < found.gl_pathc; ++i) {
      const fs::path path = found.gl_pathv[i];
      paths.push_back(
          (absolute || folder_.empty() ? path : path.lexically_relative(folder_)).lexically_normal().generic_string());
    }
  }
  ::globfree(&found);
  std::sort(paths.begin(), paths.end());
  return paths;
}

std::string Inputs::nearest_file(std::string_view path) const {
  const fs::path wanted(path);
  std::error_code error;
  std::vector<std::string> names;
  for (fs::directory_iterator it(folder_ / wanted.parent_path(), error), end; !error && it != end;
       it.increment(error)) {
    names.push_back(it->path().filename().string());
    if (names.size() > 1000) break;
  }
  std::sort(names.begin(), names.end());
  const std::string near = nearest(wanted.filename().string(), names);
  return near.empty() || near == wanted.filename() ? std::string() : (wanted.parent_path() / near).generic_string();
}

std::vector<InputFile> Inputs::take_files() {
  std::sort(files_.begin(), files_.end(), [](const InputFile& a, const InputFile& b) { return a.name < b.name; });
  return std::move(files_);
}

}  // namespace firedrill::scenario
