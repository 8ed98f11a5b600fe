// Reading inputs within bounds, and writing outputs all or not at all.
#pragma once

#include <cstddef>
#include <filesystem>
#include <string>
#include <string_view>

#include "base/result.h"

namespace firedrill {

// No input file of any kind may be larger: a scenario is kilobytes, and what is larger is a mistake.
inline constexpr std::size_t kMaxInputBytes = 8 * 1024 * 1024;

// The file's text as a source named `name` (the path as the user wrote it). Errors: missing, a directory, unreadable,
// larger than `limit`.
Result<SourcePtr> read_source(const std::filesystem::path& path, std::string name, std::size_t limit = kMaxInputBytes);
Result<SourcePtr> read_source(const std::filesystem::path& path);

// Writes to a temporary name in the same folder and renames, so that a reader sees the old file or the new one, never
// half of one. Creates the folders above it. The error says which step failed and the system's reason.
Result<void> write_file(const std::filesystem::path& path, std::string_view content);

// The first byte that is not valid UTF-8 (overlong forms and surrogates count as invalid), or npos.
std::size_t first_invalid_utf8(std::string_view text);

}  // namespace firedrill
