// HTTP headers that clients of Prometheus and Alertmanager set by themselves, so that a configuration may not
// (prometheus/common, config/headers.go).
#pragma once

#include <algorithm>
#include <array>
#include <string_view>

namespace firedrill::yaml {

// Of a name in lower case.
inline bool is_reserved_header(std::string_view name) {
  constexpr std::array<std::string_view, 18> kReserved = {"authorization",
                                                          "host",
                                                          "content-encoding",
                                                          "content-length",
                                                          "content-type",
                                                          "user-agent",
                                                          "connection",
                                                          "keep-alive",
                                                          "proxy-authenticate",
                                                          "proxy-authorization",
                                                          "www-authenticate",
                                                          "accept-encoding",
                                                          "x-prometheus-remote-write-version",
                                                          "x-prometheus-remote-read-version",
                                                          "x-prometheus-scrape-timeout-seconds",
                                                          "x-amz-date",
                                                          "x-amz-security-token",
                                                          "x-amz-content-sha256"};
  return std::ranges::find(kReserved, name) != kReserved.end();
}

}  // namespace firedrill::yaml
