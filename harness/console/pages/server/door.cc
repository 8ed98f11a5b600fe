#include "console/pages/server/door.h"

#include <algorithm>

#include "base/text/format.h"
#include "base/text/json.h"
#include "console/request/form.h"
#include "console/server/token.h"

namespace firedrill::console::pages {
namespace {

std::string_view trimmed(std::string_view text) {
  while (text.starts_with(' ')) text.remove_prefix(1);
  while (text.ends_with(' ')) text.remove_suffix(1);
  return text;
}

// The cookie of that name; empty: there is none.
std::string_view cookie_of(const http::Request& request, std::string_view name) {
  const std::string* header = http::find_header(request.headers, "Cookie");
  std::string_view rest = header == nullptr ? std::string_view() : *header;
  while (!rest.empty()) {
    const std::string_view pair = rest.substr(0, rest.find(';'));
    rest.remove_prefix(std::min(rest.size(), pair.size() + 1));
    const std::size_t equals = pair.find('=');
    if (equals != std::string_view::npos && trimmed(pair.substr(0, equals)) == name)
      return trimmed(pair.substr(equals + 1));
  }
  return {};
}

http::Response refused(int status, std::string_view what) {
  return {.status = status,
          .content_type = "application/json",
          .body = write_json(json::object{{"ok", false}, {"text", what}}, JsonStyle::compact)};
}

}  // namespace

std::string Door::cookie_name() const {
  return format("firedrill_{}_{}", side_, port_);
}

std::optional<http::Response> Door::refuse(const http::Request& request, double now_s) {
  if (auto foreign = refuse_foreign(request, port_)) return foreign;
  const bool known = knows(request);
  const std::scoped_lock lock(mutex_);
  Allowance& left = known ? known_ : strangers_;
  if (!left.has_any(now_s)) {
    return http::Response{
        .status = 429, .body = "too many requests; come back in a second\n", .headers = {{"Retry-After", "1"}}};
  }
  left.spend(1);
  return std::nullopt;
}

bool Door::knows(const http::Request& request) const {
  // A page at another port of this machine is of the same site to a browser, and its requests bear the cookie.
  const std::string* site = http::find_header(request.headers, "Sec-Fetch-Site");
  if (site != nullptr && *site != "same-origin" && *site != "none") return false;
  return is_token(cookie_of(request, cookie_name()), session_);
}

http::Response Door::open(const http::Request& request) const {
  if (media_type(request) != "application/json") return refused(415, "the body is JSON");
  const auto body = read_json(make_source("body", request.body));
  const json::value* token = body && body->is_object() ? body->as_object().if_contains("token") : nullptr;
  if (token == nullptr || !token->is_string()) return refused(400, "the body is {\"token\": \"…\"}");
  if (!is_token(std::string_view(token->as_string()), token_)) {
    return refused(401, "this token opens nothing here: open the address that firedrill drill printed last");
  }
  // Without an end: as long as the browser is open. The server's own is the drill's.
  return {.status = 200,
          .content_type = "application/json",
          .body = "{\"ok\":true}\n",
          .headers = {{"Set-Cookie", format("{}={}; HttpOnly; SameSite=Strict; Path=/", cookie_name(), session_)}}};
}

void protect(http::Response& response) {
  response.headers.push_back({"Content-Security-Policy",
                              "default-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'; "
                              "object-src 'none'"});
  response.headers.push_back({"X-Content-Type-Options", "nosniff"});
  response.headers.push_back({"Referrer-Policy", "same-origin"});
  response.headers.push_back({"Cross-Origin-Resource-Policy", "same-origin"});
  response.headers.push_back({"Cache-Control", "no-store"});
}

}  // namespace firedrill::console::pages
