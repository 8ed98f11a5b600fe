// Which Alertmanager is meant where releases differ. What differs stands in one table, docs/alertmanager-versions.md.
#pragma once

#include <optional>
#include <string_view>

namespace firedrill::notify {

// By minor version (of 0.x): those that an oracle exists for.
enum class Version { v0_25 = 25, v0_33 = 33 };
inline constexpr Version kNewest = Version::v0_33;

// "0.25", "0.33": what --alertmanager-version takes. Nothing if it is neither.
std::optional<Version> parse_version(std::string_view text);
std::string_view to_string(Version version);

}  // namespace firedrill::notify
