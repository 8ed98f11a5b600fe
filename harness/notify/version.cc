#include "notify/version.h"

namespace firedrill::notify {

std::optional<Version> parse_version(std::string_view text) {
  if (text == to_string(Version::v0_25)) return Version::v0_25;
  if (text == to_string(Version::v0_33)) return Version::v0_33;
  return std::nullopt;
}

std::string_view to_string(Version version) {
  return version == Version::v0_25 ? "0.25" : "0.33";
}

}  // namespace firedrill::notify
