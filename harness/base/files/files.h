// Reading inputs within bounds. What is written for users goes through base/output.
#pragma once

#include <cstddef>
#include <filesystem>
#include <string>
#include <string_view>

#include "base/result.h"

namespace firedrill {

// No input file of any kind may be larger: a scenario is kilobytes, and what is larger is a mistake.
inline constexpr std::size_t kMaxInputBytes = 8 * 1024 * 1024;

// The text of a file that the user named, as a source named `name` (the path as the user wrote it); guarded if the path
// is that of a link. Files that other files name are read through base/files/read_scope.h. Errors: missing, a
// directory, unreadable, larger than `limit`.
Result<SourcePtr> read_source(const std::filesystem::path& path, std::string name, std::size_t limit = kMaxInputBytes);
Result<SourcePtr> read_source(const std::filesystem::path& path);
// The same of a file that is open for reading. The descriptor stays the caller's.
Result<SourcePtr> read_open_file(int descriptor, std::string name, std::size_t limit, Quoting quoting);
// Why a file could not be opened: the error of the system's of that number.
Diagnostics opening_failed(std::string name, int error);

// Makes the file and the folders above it, or replaces the regular file that is there (base/output/named_file.h).
Result<void> write_file(const std::filesystem::path& path, std::string_view content);

}  // namespace firedrill
