#include "console/server/gate.h"

#include <algorithm>
#include <array>

#include "base/text/format.h"
#include "console/server/token.h"

namespace firedrill::console {
namespace {

http::Response too_many() {
  return {.status = 429, .body = "too many requests; come back in a second\n", .headers = {{"Retry-After", "1"}}};
}

// Whether a request says it more than once: of which it means, servers and proxies differ.
bool stands_twice(const http::Headers& headers, std::string_view name) {
  const std::string* first = http::find_header(headers, name);
  return std::ranges::any_of(headers, [&](const http::Header& each) {
    return &each.value != first && http::find_header({each}, name) != nullptr;
  });
}

bool is_our_name(std::string_view host, std::uint16_t port) {
  constexpr std::array<std::string_view, 2> kNames{"127.0.0.1", "localhost"};
  return std::ranges::any_of(kNames, [&](std::string_view name) { return host == format("{}:{}", name, port); });
}

}  // namespace

bool Allowance::has_any(double now_s) {
  if (at_s_ == 0) at_s_ = now_s;
  left_ = std::min(per_second_, left_ + (now_s - at_s_) * per_second_);
  at_s_ = now_s;
  return left_ >= 0;
}

std::optional<http::Response> refuse_foreign(const http::Request& request, std::uint16_t port) {
  for (const std::string_view name : {"Host", "Origin", "Authorization"}) {
    if (stands_twice(request.headers, name)) {
      return http::Response{.status = 400, .body = format("{} stands twice in the request\n", name)};
    }
  }
  const std::string* host = http::find_header(request.headers, "Host");
  if (host == nullptr || !is_our_name(*host, port)) {
    return http::Response{.status = 403,
                          .body = format("this is 127.0.0.1:{}, and the request asks for another host\n", port)};
  }
  const std::string* origin = http::find_header(request.headers, "Origin");
  if (origin != nullptr &&
      !(origin->starts_with("http://") && is_our_name(std::string_view(*origin).substr(7), port))) {
    return http::Response{.status = 403, .body = "pages of other sites are not answered\n"};
  }
  return std::nullopt;
}

std::optional<http::Response> Gate::refuse(const http::Request& request, double now_s) {
  if (auto foreign = refuse_foreign(request, port_)) return foreign;
  const bool known = bears(request, token_);
  const std::scoped_lock lock(mutex_);
  if (!known) {
    if (!strangers_.has_any(now_s)) return too_many();
    strangers_.spend(1);
    return http::Response{.status = 401,
                          .body =
                              "the drill's token is missing or wrong: send it as a bearer token, or as the password "
                              "of any user\n",
                          .headers = {{"WWW-Authenticate", "Bearer realm=\"drill\", Basic realm=\"drill\""}}};
  }
  if (!requests_.has_any(now_s)) return too_many();
  requests_.spend(1);
  return std::nullopt;
}

}  // namespace firedrill::console
