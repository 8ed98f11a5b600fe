// A file that others write too and that is only ever added to: a CI runner's job summary.
#pragma once

#include <cstddef>
#include <filesystem>
#include <string_view>

#include "base/output/outcome.h"

namespace firedrill::output {

// Adds the text at the file's end, which is made if it is missing. Refused, and nothing added: the file would hold more
// than `most` bytes then, or is no regular file.
Outcome<void> append_to_file(const std::filesystem::path& path, std::string_view text, std::size_t most);

// The error that it would meet now, whatever the text.
Outcome<void> check_append_to_file(const std::filesystem::path& path);

}  // namespace firedrill::output
