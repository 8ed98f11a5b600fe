#include "alerting/annotations/addresses.h"

#include <algorithm>
#include <charconv>
#include <optional>
#include <utility>

namespace firedrill::alerting {
namespace {

using HostPort = std::pair<std::string_view, std::string_view>;

// net.SplitHostPort: an IPv6 host is in brackets, and no other colon may be left.
std::optional<HostPort> split_host_port(std::string_view text) {
  const std::size_t colon = text.rfind(':');
  if (colon == std::string_view::npos) return std::nullopt;
  std::string_view host = text.substr(0, colon);
  const std::string_view port = text.substr(colon + 1);
  if (text.starts_with('[')) {
    const std::size_t close = text.find(']');
    if (close == std::string_view::npos || close + 1 != colon) return std::nullopt;
    host = text.substr(1, close - 1);
    if (host.find('[') != std::string_view::npos) return std::nullopt;
  } else {
    if (host.find(':') != std::string_view::npos) return std::nullopt;
    if (host.find_first_of("[]") != std::string_view::npos) return std::nullopt;
  }
  if (port.find_first_of("[]") != std::string_view::npos) return std::nullopt;
  return HostPort{host, port};
}

bool is_ipv4(std::string_view text) {
  for (int part = 0; part < 4; ++part) {
    const std::size_t end = part < 3 ? text.find('.') : text.size();
    if (end == std::string_view::npos || end == 0 || end > 3) return false;
    unsigned value = 0;
    const auto [stop, error] = std::from_chars(text.data(), text.data() + end, value);
    if (error != std::errc() || stop != text.data() + end || value > 255) return false;
    if (end > 1 && text[0] == '0') return false;
    text.remove_prefix(part < 3 ? end + 1 : end);
  }
  return text.empty();
}

bool is_ipv6(std::string_view text) {
  int groups = 0;
  bool ellipsis = false;
  if (text.starts_with("::")) {
    ellipsis = true;
    text.remove_prefix(2);
    if (text.empty()) return true;
  }
  while (!text.empty()) {
    const std::size_t end = std::min(text.find(':'), text.size());
    const std::string_view group = text.substr(0, end);
    if (end == text.size() && group.find('.') != std::string_view::npos) {
      groups += 2;
      return is_ipv4(group) && (ellipsis ? groups < 8 : groups == 8);
    }
    unsigned value = 0;
    const auto [stop, error] = std::from_chars(group.data(), group.data() + group.size(), value, 16);
    if (group.empty() || group.size() > 4 || error != std::errc() || stop != group.data() + group.size()) return false;
    ++groups;
    text.remove_prefix(end);
    if (text.empty()) break;
    text.remove_prefix(1);
    if (text.empty()) return false;  // a single colon at the end
    if (text.starts_with(':')) {
      if (ellipsis) return false;
      ellipsis = true;
      text.remove_prefix(1);
    }
  }
  return ellipsis ? groups < 8 : groups == 8;
}

int hex_digit(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  return c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
}

}  // namespace

std::string strip_port(std::string_view host_port) {
  const auto split = split_host_port(host_port);
  return std::string(split ? split->first : host_port);
}

std::string strip_domain(std::string_view host_port) {
  const auto split = split_host_port(host_port);
  const std::string_view host = split ? split->first : host_port;
  if (is_ipv4(host) || is_ipv6(host)) return std::string(host_port);
  const std::string first(host.substr(0, host.find('.')));
  if (!split || split->second.empty()) return first;
  const bool brackets = first.find(':') != std::string::npos || first.find('%') != std::string::npos;
  return (brackets ? "[" + first + "]" : first) + ":" + std::string(split->second);
}

std::string url_path(std::string_view url) {
  if (const std::size_t scheme = url.find("://"); scheme != std::string_view::npos) {
    const std::size_t slash = url.find('/', scheme + 3);
    url = slash == std::string_view::npos ? std::string_view() : url.substr(slash);
  }
  url = url.substr(0, url.find_first_of("?#"));
  std::string out;
  for (std::size_t i = 0; i < url.size(); ++i) {
    if (url[i] == '%' && i + 2 < url.size() && hex_digit(url[i + 1]) >= 0 && hex_digit(url[i + 2]) >= 0) {
      out += static_cast<char>(hex_digit(url[i + 1]) * 16 + hex_digit(url[i + 2]));
      i += 2;
    } else {
      out += url[i];
    }
  }
  return out;
}

}  // namespace firedrill::alerting
