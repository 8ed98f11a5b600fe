#include "scenario/prometheus/urls.h"

#include <algorithm>

#include "base/text/format.h"
#include "model/labels.h"

namespace firedrill::scenario {
namespace {

using Reason = std::optional<std::string>;

bool is_letter(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}
bool is_digit(char c) {
  return c >= '0' && c <= '9';
}
bool is_hex(char c) {
  return is_digit(c) || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
}
bool is_one_of(char c, std::string_view of) {
  return of.contains(c);
}

// Each % with the two digits behind it; in a host only of bytes that are no ASCII, and %25.
Reason escape_error(std::string_view text, bool host = false) {
  for (std::size_t i = text.find('%'); i != std::string_view::npos; i = text.find('%', i + 3)) {
    const std::string_view escape = text.substr(i, 3);
    const bool whole = escape.size() == 3 && is_hex(escape[1]) && is_hex(escape[2]);
    const bool allowed = !host || escape == "%25" || (whole && (escape[1] >= '8'));
    if (!whole || !allowed) return format("invalid URL escape {}", model::quote(std::string(escape)));
  }
  return std::nullopt;
}

Reason port_error(std::string_view port) {
  if (port.empty() || (port[0] == ':' && std::ranges::all_of(port.substr(1), is_digit))) return std::nullopt;
  return format("invalid port {} after host", model::quote(std::string(port)));
}

Reason host_error(std::string_view host) {
  if (host.starts_with('[')) {
    const std::size_t end = host.rfind(']');
    if (end == std::string_view::npos) return "missing ']' in host";
    if (auto wrong = port_error(host.substr(end + 1))) return wrong;
  } else if (const std::size_t colon = host.rfind(':'); colon != std::string_view::npos) {
    if (auto wrong = port_error(host.substr(colon))) return wrong;
  }
  if (auto wrong = escape_error(host, true)) return wrong;
  const auto good = [](char c) {
    return is_letter(c) || is_digit(c) || static_cast<unsigned char>(c) >= 0x80 ||
           is_one_of(c, "-_.~!$&'()*+,;=:[]<>\"%");
  };
  const auto bad = std::ranges::find_if_not(host, good);
  if (bad == host.end()) return std::nullopt;
  return format("invalid character {} in host name", model::quote(std::string(1, *bad)));
}

Reason authority_error(std::string_view authority) {
  const std::size_t at = authority.rfind('@');
  if (at == std::string_view::npos) return host_error(authority);
  if (auto wrong = host_error(authority.substr(at + 1))) return wrong;
  const std::string_view user = authority.substr(0, at);
  const auto good = [](char c) { return is_letter(c) || is_digit(c) || is_one_of(c, "-._:~!$&'()*+,;=%@"); };
  if (!std::ranges::all_of(user, good)) return "net/url: invalid userinfo";
  return escape_error(user);
}

// How long the scheme is, 0 if there is none; nothing where a colon begins the text.
std::optional<std::size_t> scheme_of(std::string_view text) {
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (is_letter(text[i])) continue;
    if (text[i] == ':') return i == 0 ? std::nullopt : std::optional(i);
    if (i == 0 || !(is_digit(text[i]) || is_one_of(text[i], "+-."))) return 0;
  }
  return 0;
}

}  // namespace

Reason url_error(std::string_view text) {
  const auto control = [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7f; };
  if (std::ranges::any_of(text, control)) return "net/url: invalid control character in URL";
  const std::size_t hash = text.find('#');
  if (hash != std::string_view::npos) {
    if (auto wrong = escape_error(text.substr(hash + 1))) return wrong;
  }
  std::string_view rest = text.substr(0, hash);
  if (rest == "*") return std::nullopt;
  const auto scheme = scheme_of(rest);
  if (!scheme) return "missing protocol scheme";
  if (*scheme > 0) rest.remove_prefix(*scheme + 1);
  rest = rest.substr(0, rest.find('?'));
  if (!rest.starts_with('/')) {
    if (*scheme > 0) return std::nullopt;
    if (rest.substr(0, rest.find('/')).contains(':')) return "first path segment in URL cannot contain colon";
  }
  if ((*scheme > 0 || !rest.starts_with("///")) && rest.starts_with("//")) {
    rest.remove_prefix(2);
    const std::size_t end = std::min(rest.find('/'), rest.size());
    if (auto wrong = authority_error(rest.substr(0, end))) return wrong;
    rest.remove_prefix(end);
  }
  return escape_error(rest);
}

}  // namespace firedrill::scenario
