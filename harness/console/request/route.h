// Which handler a request gets: by its path, in which {} stands for one segment, and its method. What no row has is
// left to the API that asks, since each says it in its own words.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "http/message.h"

namespace firedrill::console {

// The segments of the path for {}, decoded, in their order; nothing if it does not fit.
std::optional<std::vector<std::string>> fit_path(std::string_view pattern, std::string_view path);

// A row for each method of a path. The handler is a member of the API.
template <typename Api>
struct Route {
  std::string_view method;
  std::string_view path;
  http::Response (Api::*handler)(const http::Request& request, std::span<const std::string> segments) const;
};

template <typename Api>
struct Routed {
  const Route<Api>* route = nullptr;  // null: none has both the path and the method
  std::vector<std::string> segments;
  std::vector<std::string_view> methods;  // that the path has, in the table's order
};

template <typename Api>
Routed<Api> route_of(std::span<const Route<Api>> table, const http::Request& request) {
  Routed<Api> found;
  for (const Route<Api>& row : table) {
    auto segments = fit_path(row.path, request.path);
    if (!segments) continue;
    found.methods.push_back(row.method);
    if (row.method != request.method || found.route != nullptr) continue;
    found.route = &row;
    found.segments = *std::move(segments);
  }
  return found;
}

}  // namespace firedrill::console
