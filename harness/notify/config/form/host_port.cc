#include "base/text/format.h"
#include "notify/config/form/scalars.h"

namespace firedrill::notify {
namespace {

// The host of an address in brackets, and the port behind its colon.
std::string fault_of_literal(std::string_view text) {
  const std::size_t close = text.find(']');
  if (close == std::string_view::npos) return format("a ']' is missing in '{}'", text);
  if (close + 1 == text.size()) return format("'{}' lacks a port", text);
  if (text[close + 1] != ':' || text.find(':', close + 2) != std::string_view::npos) {
    return format("'{}' is no host and port", text);
  }
  if (text.find('[', 1) != std::string_view::npos || text.find(']', close + 1) != std::string_view::npos) {
    return format("'{}' has a bracket too many", text);
  }
  return close + 2 == text.size() ? format("the port of '{}' is empty", text) : std::string();
}

}  // namespace

std::string fault_of_host_port(std::string_view text) {
  if (text.empty()) return {};
  const std::size_t colon = text.rfind(':');
  if (colon == std::string_view::npos) return format("'{}' lacks a port", text);
  if (text.starts_with('[')) return fault_of_literal(text);
  if (text.find(':') != colon) return format("'{}' has too many colons; an IPv6 address stands in brackets", text);
  if (text.find_first_of("[]") != std::string_view::npos) return format("'{}' has a bracket too many", text);
  return colon + 1 == text.size() ? format("the port of '{}' is empty", text) : std::string();
}

}  // namespace firedrill::notify
