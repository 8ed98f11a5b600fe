// Go's net/url, as far as it refuses anything.
#include <algorithm>

#include "base/text/format.h"
#include "notify/config/form/scalars.h"

namespace firedrill::notify {
namespace {

bool is_letter(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}
bool is_digit(char c) {
  return c >= '0' && c <= '9';
}
bool is_hex(char c) {
  return is_digit(c) || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
}

std::string lowered(std::string_view text) {
  std::string lower(text);
  std::ranges::transform(lower, lower.begin(),
                         [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; });
  return lower;
}

// Where a % is not followed by two hexadecimal digits; npos: nowhere.
std::size_t bad_escape(std::string_view text) {
  for (std::size_t at = text.find('%'); at != std::string_view::npos; at = text.find('%', at + 3)) {
    if (at + 2 >= text.size() || !is_hex(text[at + 1]) || !is_hex(text[at + 2])) return at;
  }
  return std::string_view::npos;
}

std::string fault_of_escapes(std::string_view text) {
  const std::size_t at = bad_escape(text);
  return at == std::string_view::npos ? std::string() : format("'{}' is no escape of an address", text.substr(at, 3));
}

bool may_stand_in_host(char c) {
  constexpr std::string_view kMarks = "-_.~!$&'()*+,;=:[]<>\"";
  return is_letter(c) || is_digit(c) || (static_cast<unsigned char>(c) & 0x80U) != 0 || kMarks.contains(c);
}

// The scheme and what follows its colon; of an address without one it is empty.
struct Split {
  std::string scheme;
  std::string_view rest;
  bool lacks_scheme = false;  // begins with a colon
};
Split split_scheme(std::string_view text) {
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if (is_letter(c)) continue;
    const bool later = is_digit(c) || c == '+' || c == '-' || c == '.';
    if (later && i > 0) continue;
    if (c == ':') return {lowered(text.substr(0, i)), text.substr(i + 1), i == 0};
    break;
  }
  return {{}, text, false};
}

std::string fault_of_port(std::string_view port) {
  if (port.empty()) return {};
  const bool number = port[0] == ':' && std::ranges::all_of(port.substr(1), is_digit);
  return number ? std::string() : format("'{}' behind the host is no port", port);
}

// An address in brackets, and what follows it.
std::string fault_of_literal(std::string_view host) {
  const std::size_t close = host.rfind(']');
  if (close == std::string_view::npos) return "a ']' is missing in the host";
  return fault_of_port(host.substr(close + 1));
}

std::string fault_of_host(std::string_view host) {
  if (host.starts_with('[')) return fault_of_literal(host);
  if (host.contains('[')) return "the host has a '[' inside";
  const std::size_t colon = host.rfind(':');
  if (colon != std::string_view::npos) {
    if (std::string fault = fault_of_port(host.substr(colon)); !fault.empty()) return fault;
  }
  // A host escapes nothing but bytes of UTF-8.
  for (std::size_t i = 0; i < host.size(); ++i) {
    if (host[i] == '%') {
      const bool of_utf8 = i + 2 < host.size() && is_hex(host[i + 1]) && is_hex(host[i + 2]) && host[i + 1] >= '8';
      if (!of_utf8) return format("'{}' is no escape of a host", host.substr(i, 3));
      i += 2;
    } else if (!may_stand_in_host(host[i])) {
      return format("'{}' cannot stand in a host", host[i]);
    }
  }
  return {};
}

std::string fault_of_user(std::string_view user) {
  constexpr std::string_view kMarks = "-._:~!$&'()*+,;=%@";
  const bool fits =
      std::ranges::all_of(user, [&](char c) { return is_letter(c) || is_digit(c) || kMarks.contains(c); });
  return fits ? fault_of_escapes(user) : std::string("the user before the host has a character that it cannot have");
}

}  // namespace

std::string fault_of_url(std::string_view text, bool web) {
  const auto control = [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7F; };
  if (std::ranges::any_of(text, control)) return "an address cannot have a control character";
  const std::string_view body = text.substr(0, text.find('#'));
  if (body.size() < text.size()) {
    if (std::string fault = fault_of_escapes(text.substr(body.size() + 1)); !fault.empty()) return fault;
  }
  const Split split = split_scheme(body);
  if (split.lacks_scheme) return "the scheme in front of ':' is missing";
  std::string_view rest = split.rest.substr(0, split.rest.find('?'));
  std::string_view host;
  if (!rest.starts_with('/')) {
    if (split.scheme.empty() && rest.substr(0, rest.find('/')).contains(':')) {
      return "what stands in front of the first ':' is no scheme";
    }
  } else if (rest.starts_with("//") && (!split.scheme.empty() || !rest.starts_with("///"))) {
    std::string_view authority = rest.substr(2, rest.find('/', 2) - 2);
    rest.remove_prefix(2 + authority.size());
    const std::size_t at = authority.rfind('@');
    host = at == std::string_view::npos ? authority : authority.substr(at + 1);
    if (std::string fault = fault_of_host(host); !fault.empty()) return fault;
    if (at != std::string_view::npos) {
      if (std::string fault = fault_of_user(authority.substr(0, at)); !fault.empty()) return fault;
    }
  }
  const bool opaque = !split.scheme.empty() && !split.rest.starts_with('/');
  if (std::string fault = opaque ? std::string() : fault_of_escapes(rest); !fault.empty()) return fault;
  if (!web) return {};
  if (split.scheme.empty()) return "an address begins with http:// or https://";
  if (split.scheme != "http" && split.scheme != "https")
    return format("the scheme '{}' is not http or https", split.scheme);
  return host.empty() ? std::string("the address has no host") : std::string();
}

std::string fault_of_external_url(std::string_view text) {
  if (std::string fault = fault_of_url(text, false); !fault.empty()) return fault;
  const std::string scheme = split_scheme(text).scheme;
  if (scheme == "http" || scheme == "https") return {};
  return scheme.empty() ? "an address begins with http:// or https://"
                        : format("the scheme '{}' is not http or https", scheme);
}

std::string as_external_url(std::string_view text) {
  const Split split = split_scheme(text);
  const std::string_view before = split.rest.substr(0, std::min(split.rest.find('?'), split.rest.find('#')));
  std::string_view path = before;
  while (path.ends_with('/')) path.remove_suffix(1);
  std::string out = split.scheme.empty() ? std::string() : split.scheme + ':';
  for (const char c : path) {
    constexpr std::string_view kEscaped = " \"<>\\^`{|}";
    const auto byte = static_cast<unsigned char>(c);
    out += byte >= 0x80 || kEscaped.contains(c) ? format("%{:02X}", static_cast<unsigned>(byte)) : std::string(1, c);
  }
  return out.append(split.rest.substr(before.size()));
}

}  // namespace firedrill::notify
