#include "console/request/route.h"

namespace firedrill::console {

std::optional<std::vector<std::string>> fit_path(std::string_view pattern, std::string_view path) {
  std::vector<std::string> segments;
  while (true) {
    const auto open = pattern.find("{}");
    if (open == pattern.npos) {
      if (pattern != path) return std::nullopt;
      return segments;
    }
    if (path.substr(0, open) != pattern.substr(0, open)) return std::nullopt;
    path.remove_prefix(open);
    pattern.remove_prefix(open + 2);
    const std::string_view segment = path.substr(0, path.find('/'));
    if (segment.empty()) return std::nullopt;
    segments.emplace_back(segment);
    path.remove_prefix(segment.size());
  }
}

}  // namespace firedrill::console
