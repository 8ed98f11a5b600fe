// Reading inputs within bounds, and writing outputs all or not at all.
#pragma once

#include <cstddef>
#include <filesystem>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <utility>

#include "base/result.h"

namespace firedrill {

// No input file of any kind may be larger: a scenario is kilobytes, and what is larger is a mistake.
inline constexpr std::size_t kMaxInputBytes = 8 * 1024 * 1024;

// The file's text as a source named `name` (the path as the user wrote it). Errors: missing, a directory, unreadable,
// larger than `limit`.
Result<SourcePtr> read_source(const std::filesystem::path& path, std::string name, std::size_t limit = kMaxInputBytes);
Result<SourcePtr> read_source(const std::filesystem::path& path);

struct NewFile {
  NewFile(std::filesystem::path where, std::string text)
      : path(std::move(where)), content(std::make_shared<const std::string>(std::move(text))) {}
  NewFile(std::filesystem::path where, std::shared_ptr<const std::string> text)
      : path(std::move(where)), content(std::move(text)) {}

  std::filesystem::path path;
  std::shared_ptr<const std::string> content;  // what is large is held by others too
};
// Writes each to a temporary name in its folder and renames them all at the end, so that a reader sees old files or new
// ones, never half of one, and a full disk is found before anything is replaced. Makes the folders above them; if
// writing fails, removes those it made. The error says which step failed, the system's reason and what to do. What is
// there and no regular file (/dev/stdout, a pipe) is written to, not replaced.
Result<void> write_files(std::span<const NewFile> files);
Result<void> write_file(const std::filesystem::path& path, std::string content);

// The error that writing into this folder would meet, as far as can be told beforehand: something else stands at its
// place, or it may not be written to. It need not exist yet.
Result<void> check_writable_folder(const std::filesystem::path& folder);

// The first byte that is not valid UTF-8 (overlong forms and surrogates count as invalid), or npos.
std::size_t first_invalid_utf8(std::string_view text);

}  // namespace firedrill
