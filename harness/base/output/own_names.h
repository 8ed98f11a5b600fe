// Names that firedrill gives to what it has not finished writing. Nobody's output may have one, or lie below one: the
// folder above would take it for its own.
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <string_view>

#include "base/output/outcome.h"

namespace firedrill::output {

// The subfolder in which a run's new files stand until they are put in their places.
inline constexpr std::string_view kStaging = ".firedrill-new";

// Of a single file, beside its place: ".firedrill-PID-N".
std::string temporary_name(std::int64_t process, int number);
// The process that gave it, if the name is one of those.
std::optional<std::int64_t> maker_of(std::string_view name);

// Refused: a part of the path, as it counts from the root, is one of these names.
Outcome<void> check_not_own(const std::filesystem::path& path);

}  // namespace firedrill::output
