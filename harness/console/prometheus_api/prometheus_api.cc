#include "console/prometheus_api/prometheus_api.h"

#include "base/text/format.h"
#include "base/version.h"
#include "console/prometheus_api/answers.h"
#include "console/request/route.h"

namespace firedrill::console {

// In the order in which Allow names the methods.
struct PrometheusApi::Table {
  using Api = PrometheusApi;
  static constexpr Route<Api> kRows[] = {
      {"GET", "/api/v1/query", &Api::query},
      {"POST", "/api/v1/query", &Api::query},
      {"GET", "/api/v1/query_range", &Api::query_range},
      {"POST", "/api/v1/query_range", &Api::query_range},
      {"DELETE", "/api/v1/series", &Api::drop_series},
      {"GET", "/api/v1/series", &Api::series},
      {"POST", "/api/v1/series", &Api::series},
      {"GET", "/api/v1/labels", &Api::label_names},
      {"POST", "/api/v1/labels", &Api::label_names},
      {"GET", "/api/v1/label/{}/values", &Api::label_values},
      {"GET", "/api/v1/rules", &Api::rules},
      {"GET", "/api/v1/alerts", &Api::alerts},
      {"GET", "/api/v1/targets", &Api::targets},
      {"GET", "/api/v1/metadata", &Api::metadata},
      {"GET", "/api/v1/status/buildinfo", &Api::build_info},
      {"GET", "/-/healthy", &Api::healthy},
      {"HEAD", "/-/healthy", &Api::healthy},
      {"GET", "/-/ready", &Api::ready},
      {"HEAD", "/-/ready", &Api::ready},
  };
};

namespace {

http::Response plain(int status, std::string body) {
  return {.status = status, .body = std::move(body), .headers = {{"X-Content-Type-Options", "nosniff"}}};
}

http::Response wrong_method(std::string_view path, std::span<const std::string_view> methods) {
  std::string allowed;
  for (const std::string_view method : methods) {
    if (method == "POST" && path.starts_with("/api/")) allowed += ", OPTIONS";
    allowed += (allowed.empty() ? "" : ", ") + std::string(method);
  }
  if (path.starts_with("/api/") && !allowed.contains("OPTIONS")) allowed += ", OPTIONS";
  http::Response response = plain(405, "Method Not Allowed\n");
  response.headers.push_back({"Allow", allowed});
  return response;
}

}  // namespace

http::Response PrometheusApi::answer(const http::Request& request) const {
  const auto found = route_of(std::span<const Route<PrometheusApi>>(Table::kRows), request);
  if (found.route != nullptr) return (this->*found.route->handler)(request, found.segments);
  if (request.method == "OPTIONS" && request.path.starts_with("/api/v1/")) return {.status = 204};
  if (!found.methods.empty()) return wrong_method(request.path, found.methods);
  return plain(404, "404 page not found\n");
}

http::Response PrometheusApi::build_info(const http::Request&, Segments) const {
  return api_data(json::object{{"version", "3.5.0"},
                               {"revision", ""},
                               {"branch", ""},
                               {"buildUser", format("firedrill {}", kVersion)},
                               {"buildDate", ""},
                               {"goVersion", ""}});
}

http::Response PrometheusApi::healthy(const http::Request&, Segments) const {
  return {.body = "Prometheus Server is Healthy.\n"};
}

http::Response PrometheusApi::ready(const http::Request&, Segments) const {
  return {.body = "Prometheus Server is Ready.\n"};
}

http::Response PrometheusApi::drop_series(const http::Request&, Segments) const {
  return api_fault(ApiFault::internal, "not implemented");
}

}  // namespace firedrill::console
