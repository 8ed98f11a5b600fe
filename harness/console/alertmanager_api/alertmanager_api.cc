#include "console/alertmanager_api/alertmanager_api.h"

#include "base/text/format.h"
#include "base/version.h"
#include "console/alertmanager_api/answers.h"
#include "console/alertmanager_api/config_text.h"
#include "console/request/form.h"
#include "console/request/route.h"

namespace firedrill::console {

struct AlertmanagerApi::Table {
  using Api = AlertmanagerApi;
  static constexpr Route<Api> kRows[] = {
      {"POST", "/api/v2/alerts", &Api::refuse_alerts},
      {"GET", "/api/v2/alerts", &Api::alerts},
      {"GET", "/api/v2/alerts/groups", &Api::groups},
      {"POST", "/api/v2/silences", &Api::set_silence},
      {"GET", "/api/v2/silences", &Api::silences},
      {"DELETE", "/api/v2/silence/{}", &Api::expire_silence},
      {"GET", "/api/v2/silence/{}", &Api::silence},
      {"GET", "/api/v2/receivers", &Api::receivers},
      {"GET", "/api/v2/status", &Api::status},
      {"GET", "/-/healthy", &Api::healthy},
      {"HEAD", "/-/healthy", &Api::healthy},
      {"GET", "/-/ready", &Api::healthy},
      {"HEAD", "/-/ready", &Api::healthy},
  };
};

namespace {

http::Response wrong_method(const http::Request& request, std::span<const std::string_view> methods) {
  std::string allowed;
  for (const std::string_view method : methods) allowed += (allowed.empty() ? "" : ",") + std::string(method);
  http::Response response =
      am_fault(405, 405, format("method {} is not allowed, but [{}] are", request.method, allowed));
  response.headers.push_back({"Allow", allowed});
  return response;
}

// Whether an answer in JSON is taken, as go-openapi's runtime reads Accept.
bool takes_json(const http::Request& request) {
  const std::string* accept = http::find_header(request.headers, "Accept");
  if (accept == nullptr || accept->empty()) return true;
  return accept->contains("*/*") || accept->contains("application/*") || accept->contains("application/json");
}

}  // namespace

http::Response AlertmanagerApi::answer(const http::Request& request) const {
  const auto found = route_of(std::span<const Route<AlertmanagerApi>>(Table::kRows), request);
  if (found.route == nullptr && request.path.starts_with("/api/v1/")) return am_deprecated();
  if (found.methods.empty()) return am_fault(404, 404, format("path {} was not found", request.path));
  if (found.route == nullptr) return wrong_method(request, found.methods);
  const bool api = request.path.starts_with("/api/");
  if (alerting_.alertmanager() == nullptr) {
    return {.status = 503, .body = "there is no Alertmanager, or it is down\n"};
  }
  if (api && !takes_json(request)) {
    return am_fault(406, 406, "unsupported media type requested, only [application/json] are available");
  }
  if (request.method == "POST" && media_type(request) != "application/json") {
    const std::string type = media_type(request);
    return am_fault(415, 415,
                    format("unsupported media type \"{}\", only [application/json] are allowed",
                           type.empty() ? "application/octet-stream" : type));
  }
  return (this->*found.route->handler)(request, found.segments);
}

http::Response AlertmanagerApi::refuse_alerts(const http::Request&, Segments) const {
  return am_text(403, "alerts of a drill come from its own monitoring, and none can be posted");
}

http::Response AlertmanagerApi::receivers(const http::Request&, Segments) const {
  json::array out;
  for (const notify::Receiver& receiver : alerting_.alertmanager()->configuration().receivers) {
    json::object labels{{"name", receiver.name}};
    for (const model::Label& label : receiver.labels) labels[label.name] = label.value;
    out.push_back(json::object{{"labels", std::move(labels)}, {"name", receiver.name}});
  }
  return am_data(out);
}

http::Response AlertmanagerApi::status(const http::Request&, Segments) const {
  return am_data(
      json::object{{"cluster", json::object{{"peers", json::array()}, {"status", "disabled"}}},
                   {"config", json::object{{"original", config_text(alerting_.alertmanager()->configuration())}}},
                   {"uptime", am_time(alerting_.started())},
                   {"versionInfo", json::object{{"branch", ""},
                                                {"buildDate", ""},
                                                {"buildUser", format("firedrill {}", kVersion)},
                                                {"goVersion", ""},
                                                {"revision", ""},
                                                {"version", "0.33.0"}}}});
}

http::Response AlertmanagerApi::healthy(const http::Request&, Segments) const {
  return {.body = "OK"};
}

}  // namespace firedrill::console
