#include "fake_services/process/routing.h"

#include <algorithm>
#include <array>

namespace firedrill::fake_services {
namespace {

constexpr std::array<std::string_view, 7> kMethods = {"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"};

bool is_http(std::string_view method) {
  return std::ranges::find(kMethods, method) != kMethods.end();
}

std::string path_of(const RouteModel& route) {
  return route.path.starts_with('/') ? route.path : "/" + route.path;
}

bool is_plain(char c) {
  const bool letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
  return letter || std::string_view("/-._~!$&'()*,;=:@").find(c) != std::string_view::npos;
}

std::string escaped(std::string_view path) {
  constexpr std::string_view kDigits = "0123456789ABCDEF";
  std::string out;
  for (const char c : path) {
    if (is_plain(c)) {
      out += c;
      continue;
    }
    const auto byte = static_cast<unsigned char>(c);
    out += '%';
    out += kDigits[byte >> 4];
    out += kDigits[byte & 15];
  }
  return out;
}

bool stands_for_any(std::string_view segment) {
  return segment.starts_with(':') || (segment.starts_with('{') && segment.ends_with('}'));
}

bool matches(std::string_view pattern, std::string_view path) {
  while (true) {
    const std::size_t a = std::min(pattern.find('/'), pattern.size());
    const std::size_t b = std::min(path.find('/'), path.size());
    const std::string_view wanted = pattern.substr(0, a);
    if (wanted != path.substr(0, b) && (b == 0 || !stands_for_any(wanted))) return false;
    if (a == pattern.size() || b == path.size()) return a == pattern.size() && b == path.size();
    pattern.remove_prefix(a + 1);
    path.remove_prefix(b + 1);
  }
}

bool is_asked_for(const RouteModel& route, const http::Request& request) {
  if (is_http(route.method)) return request.method == route.method;
  const std::string* said = http::find_header(request.headers, kMethodHeader);
  return request.method == "POST" && (said == nullptr || *said == route.method);
}

}  // namespace

http::Request request_of(const RouteModel& route) {
  http::Request request{.method = route.method, .path = escaped(path_of(route))};
  if (!is_http(route.method)) {
    request.method = "POST";
    request.headers.push_back({std::string(kMethodHeader), route.method});
  }
  return request;
}

Routed find_route(std::span<const RouteModel> routes, const http::Request& request) {
  Routed routed;
  for (const bool exact : {true, false}) {
    for (std::size_t r = 0; r < routes.size(); ++r) {
      const std::string path = path_of(routes[r]);
      if (exact ? path != request.path : !matches(path, request.path)) continue;
      if (is_asked_for(routes[r], request)) return {.route = r};
      routed.other_method = true;
    }
  }
  return routed;
}

}  // namespace firedrill::fake_services
