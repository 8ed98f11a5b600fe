#include "driver/live/status_page.h"

#include <algorithm>
#include <utility>

#include "base/text/escape.h"
#include "base/text/format.h"
#include "http/loopback.h"

namespace firedrill::driver::live {
namespace {

constexpr std::string_view kStyle =
    "body{font:15px/1.5 system-ui,sans-serif;margin:2em auto;max-width:70em;padding:0 1em;color-scheme:light dark}"
    "table{border-collapse:collapse;width:100%}th,td{text-align:left;padding:.25em .8em .25em 0;"
    "border-bottom:1px solid #8884;vertical-align:top}"
    "caption{text-align:left;font-size:1.2em;font-weight:600;padding-top:1.2em}td.no{color:#c33}";

std::string_view readiness(const ReplicaView& view) {
  if (view.state != ReplicaState::serving) return "no";
  return view.ready ? "yes" : "no";
}

std::string row(const ReplicaView& view) {
  const std::string address = http::address_of(view.port);
  const std::string_view ready = readiness(view);
  std::string out = "<tr>";
  const auto cell = [&](std::string_view text) { out += format("<td>{}</td>", escape_markup(text)); };
  cell(view.pod);
  out += format(R"(<td><a href="http://{0}/metrics">{0}</a></td>)", address);
  cell(to_string(view.state));
  out += format(R"(<td class="{0}">{0}</td>)", ready);
  cell(view.pid > 0 ? std::to_string(view.pid) : std::string(view.program.empty() ? "none" : "yours"));
  cell(std::to_string(view.restarts));
  cell(format_instant(view.since));
  cell(view.detail);
  return out + "</tr>\n";
}

std::string page(const std::string& name, const std::vector<ReplicaView>& views) {
  const std::string title = escape_markup(name);
  std::string out = format(
      "<!doctype html>\n<html lang=\"en\"><head><meta charset=\"utf-8\"><meta http-equiv=\"refresh\" content=\"2\">"
      "<meta name=\"viewport\" content=\"width=device-width, "
      "initial-scale=1\"><title>{0}</title><style>{1}</style></head>"
      "<body><h1>{0}</h1>\n",
      title, kStyle);
  const auto ready = std::ranges::count_if(views, &ReplicaView::ready);
  out += format("<p>{} of {} replicas are ready. <a href=\"/replicas.json\">As JSON</a></p>\n", ready, views.size());
  for (std::size_t from = 0; from < views.size();) {
    std::size_t to = from;
    while (to < views.size() && views[to].service == views[from].service) ++to;
    out += format(
        "<table><caption>{}</caption><thead><tr><th scope=\"col\">replica</th><th scope=\"col\">address</th>"
        "<th scope=\"col\">state</th><th scope=\"col\">ready</th><th scope=\"col\">process</th><th "
        "scope=\"col\">restarts</th>"
        "<th scope=\"col\">since</th><th scope=\"col\">why</th></tr></thead><tbody>\n",
        escape_markup(views[from].service));
    for (; from < to; ++from) out += row(views[from]);
    out += "</tbody></table>\n";
  }
  return out + "</body></html>\n";
}

http::Response answer(const http::Request& request, const std::string& name, const std::vector<ReplicaView>& views) {
  if (request.method != "GET" && request.method != "HEAD") return {.status = 405, .body = "only GET\n"};
  if (request.path == "/replicas.json") {
    return {.content_type = "application/json", .body = write_json(replicas_json(views), JsonStyle::pretty)};
  }
  if (request.path != "/") return {.status = 404, .body = "there is / and /replicas.json\n"};
  return {.content_type = "text/html; charset=utf-8",
          .body = page(name, views),
          .headers = {{"Content-Security-Policy", "default-src 'none'; style-src 'unsafe-inline'"}}};
}

}  // namespace

json::array replicas_json(const std::vector<ReplicaView>& views) {
  json::array out;
  for (const ReplicaView& view : views) {
    out.push_back(json::object{{"service", view.service},
                               {"pod", view.pod},
                               {"instance", view.instance},
                               {"version", view.version},
                               {"address", http::address_of(view.port)},
                               {"program", view.program.empty() ? json::value() : json::value(view.program)},
                               {"pid", view.pid > 0 ? json::value(view.pid) : json::value()},
                               {"state", std::string(to_string(view.state))},
                               {"ready", view.ready},
                               {"restarts", view.restarts},
                               {"since", format_instant(view.since)},
                               {"detail", view.detail}});
  }
  return out;
}

std::expected<StatusPage, std::string> StatusPage::open(std::uint16_t port, std::string name,
                                                        std::function<std::vector<ReplicaView>()> views) {
  auto server = http::Server::bind(port, {.body = 0, .connections = 64, .threads = 4},
                                   [name = std::move(name), views = std::move(views)](const http::Request& request) {
                                     return answer(request, name, views());
                                   });
  if (!server) return std::unexpected(server.error());
  if (auto listening = (*server)->listen(); !listening) return std::unexpected(listening.error());
  return StatusPage(std::move(*server));
}

}  // namespace firedrill::driver::live
