#include "driver/run_options.h"

namespace firedrill::driver {

std::string_view to_string(Keep keep) {
  switch (keep) {
    case Keep::none:
      return "none";
    case Keep::needed:
      return "needed";
    case Keep::all:
      return "all";
  }
  return "";
}

std::optional<Keep> parse_keep(std::string_view text) {
  for (const Keep keep : {Keep::none, Keep::needed, Keep::all}) {
    if (to_string(keep) == text) return keep;
  }
  return std::nullopt;
}

}  // namespace firedrill::driver
