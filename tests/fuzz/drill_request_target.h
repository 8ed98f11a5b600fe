// Any bytes as a request to a drill's APIs: a line of method, path and query, headers, an empty line and a body.
// Whatever it is, there is an answer with a status of HTTP, and whoever has not got the token gets in nowhere.
#pragma once

#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "../unit/console/api_fixtures.h"
#include "console/alertmanager_api/alertmanager_api.h"
#include "console/prometheus_api/prometheus_api.h"
#include "console/request/form.h"
#include "console/server/gate.h"
#include "console/server/token.h"

namespace firedrill::fuzz {

inline std::string_view take_line(std::string_view& text) {
  const std::string_view line = text.substr(0, text.find('\n'));
  text.remove_prefix(std::min(text.size(), line.size() + 1));
  return line;
}

inline std::string_view take_until(std::string_view& text, char end) {
  const std::string_view part = text.substr(0, text.find(end));
  text.remove_prefix(std::min(text.size(), part.size() + 1));
  return part;
}

inline http::Request request_of(std::string_view text) {
  http::Request request;
  std::string_view first = take_line(text);
  request.method = take_until(first, ' ');
  const std::string_view target = take_until(first, ' ');
  const auto mark = target.find('?');
  request.path = console::decode_url(target.substr(0, mark), false).value_or("/");
  if (mark != target.npos) request.query = target.substr(mark + 1);
  while (!text.empty()) {
    std::string_view header = take_line(text);
    if (header.empty()) break;
    const std::string_view name = take_until(header, ':');
    if (header.starts_with(' ')) header.remove_prefix(1);
    request.headers.push_back({std::string(name), std::string(header)});
  }
  request.body = text;
  return request;
}

inline void check(const http::Response& response) {
  if (response.status < 200 || response.status > 599) std::abort();
}

inline int try_drill_request(const std::uint8_t* data, std::size_t size) {
  static const console::FixedMonitoring monitoring;
  static const console::PrometheusApi prometheus(monitoring, {.held = 10'000, .read = 100'000});
  const http::Request request = request_of({reinterpret_cast<const char*>(data), size});
  console::FixedAlerting alerting;
  check(prometheus.answer(request));
  check(console::AlertmanagerApi(alerting).answer(request));
  // 256 bits that no input holds.
  console::Gate gate("4d1e63eb2b4a4b0f3f0c2f6f7f0f8f5f4d1e63eb2b4a4b0f3f0c2f6f7f0f8f5f", {});
  gate.stand_at(80);
  if (!gate.refuse(request, 1)) std::abort();
  return 0;
}

}  // namespace firedrill::fuzz
