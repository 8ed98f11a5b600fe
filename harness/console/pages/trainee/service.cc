// A service: its golden signals, what it exports beside them, its pods, events, changes and newest lines.
#include <algorithm>
#include <map>
#include <ranges>
#include <set>

#include "console/line/turn.h"
#include "console/pages/charts.h"
#include "console/pages/map.h"
#include "console/pages/page_table.h"
#include "console/pages/panels.h"
#include "console/pages/respond.h"
#include "console/pages/signal_table.h"
#include "model/matcher.h"

namespace firedrill::console::pages {
namespace {

constexpr std::size_t kMostOthers = 60;
constexpr std::size_t kMostDrawn = 12;

std::string page_title(const View& view) {
  return view.segments[0];
}

Html numbers(const View& view, const ServiceView& service) {
  Html callers, callees;
  for (const std::string& each : service.called_by) {
    callers += html(R"( <a href="{}">{}</a>)", view.to_service(each), each);
  }
  for (const std::string& each : service.calls) callees += html(R"( <a href="{}">{}</a>)", view.to_service(each), each);
  return html(
      R"(<p class="headline">{} {} · {} · {} errors · p95 {} <span class="quiet">(last five minutes)</span></p><p>Called by{}. Calls{}.</p>)",
      health_badge(service.health),
      service.third_party ? std::string("third party") : format("{} of {} ready", service.ready, service.wanted),
      service.requests ? format("{:.1f} requests/s", *service.requests) : std::string("no requests were scraped"),
      shown_share(service.errors), shown_seconds(service.p95_s),
      callers.empty() ? html(service.entry_point ? " customers" : " nobody") : callers,
      callees.empty() ? html(" nobody") : callees);
}

Html golden(const View& view, const std::string& service) {
  Html out;
  for (const SignalSpec& signal : service_signals()) {
    out += chart(view, {.id = format("one-{}", signal.id),
                        .title = std::string(signal.title),
                        .unit = signal.unit,
                        .expression = expression_of(signal, service),
                        .each = signal.each});
  }
  return out.empty() ? html(R"(<p class="quiet">Nothing was scraped of it in that time.</p>)")
                     : html(R"(<div class="charts">{}</div>)", out);
}

// What else has a label that names it: of exporters, and of its own.
std::set<std::string> metrics_of(const View& view, const std::string& service) {
  std::set<std::string> out;
  const promql::Queryable& series = view.session().series();
  const auto matcher = model::Matcher::make("service", model::MatchOp::equal, service);
  if (!matcher) return out;
  const model::Matcher matchers[] = {*matcher};
  for (const promql::SeriesRef ref : series.select(matchers)) out.emplace(series.labels(ref).metric_name());
  return out;
}

bool counts_up(std::string_view name) {
  return name.ends_with("_total") || name.ends_with("_count") || name.ends_with("_sum") || name.ends_with("_bucket");
}

Html everything(const View& view, const std::string& service) {
  Html list, drawn;
  std::size_t listed = 0, charts = 0;
  const std::string shown = view.form.value("metric");
  for (const std::string& name : metrics_of(view, service)) {
    if (name.ends_with("_bucket") || ++listed > kMostOthers) continue;
    const std::string selector = format("{}{{service={}}}", name, model::quote(service));
    const std::string expression =
        counts_up(name) ? format("sum(rate({}[2m]))", selector) : format("sum({})", selector);
    list += html(R"(<li><a href="{}">{}</a></li>)", view.to_query(expression), name);
    const bool usual = name.starts_with("http_") || name.starts_with("dependency_") ||
                       name.starts_with("connection_") || name.starts_with("process_") ||
                       name == "active_connections" || name == "build_info" || name.starts_with("queue_") ||
                       name.starts_with("cache_") || name.starts_with("node_filesystem_") ||
                       name.starts_with("ALERTS") || name == "up" || name.starts_with("scrape_") || name.contains(':');
    if (usual || charts >= kMostDrawn) continue;
    const Html one = chart(view, {.id = format("other-{}", charts),
                                  .title = name,
                                  .unit = name.ends_with("_bytes")     ? reports::Unit::bytes
                                          : name.ends_with("_seconds") ? reports::Unit::seconds
                                          : counts_up(name)            ? reports::Unit::per_second
                                                                       : reports::Unit::number,
                                  .expression = expression});
    if (one.empty()) continue;
    drawn += one;
    ++charts;
  }
  return html(
      R"({}<details id="every-metric"><summary>Every metric that has it as service</summary><ul class="names">{}</ul></details>)",
      drawn.empty() ? Html() : html(R"(<div class="charts">{}</div>)", drawn), list);
}

Html lines_of(const View& view, const std::string& service) {
  Html list;
  const auto lines = view.session().logs([&](const events::LogLine& line) { return line.service == service; }, 8);
  for (const events::LogLine& line : lines | std::views::reverse) {
    list += html(R"(<li class="{}"><time>{}</time> <span class="kind">{}</span> {} {}</li>)", to_string(line.level),
                 format_clock(line.t), to_string(line.level), line.pod, line.message);
  }
  return list.empty() ? html(R"(<p class="quiet">It has written nothing.</p>)")
                      : html(R"(<ol class="feed log">{}</ol>)", list);
}

Html acts(const View& view, const ServiceView& service) {
  if (service.third_party || view.mirrored() || view.game.over()) return {};
  return html(
      R"(<div class="acts">{}{}{}<form class="act inline" data-line="do scale {} replicas={count}"><label class="unseen" for="count">replicas</label><input id="count" name="count" type="number" min="1" max="100" value="{}"><button name="dry" value="would scale {} replicas={count}">Would scale…</button><button>Scale</button></form></div>)",
      act_button(view, format("would restart {}", service.name), "Would restart…"),
      act_button(view, format("do restart {}", service.name), "Restart"),
      act_button(view, format("do rollback {}", service.name), "Roll back"), service.name, service.wanted + 1,
      service.name);
}

Html page_body(const View& view) {
  const std::string& name = view.segments[0];
  const auto& services = view.services();
  const auto found = std::ranges::find(services, name, &ServiceView::name);
  if (found == services.end()) return html("<p>There is no service of that name.</p>");
  const std::string path = view.below + "/services/" + segment(name);
  Html out = numbers(view, *found) + acts(view, *found);
  out += panel("signals", "Golden signals", golden(view, name), window_bar(view.window, view.session(), path, {}));
  out += panel("others", "What else it exports", everything(view, name));
  if (!found->third_party) out += panel("pods", "Pods", pod_list(view, name));
  out += html(R"(<div class="two">)") +
         panel("lines", "Newest lines of its logs", lines_of(view, name),
               html(R"(<a href="{}">search</a>)", view.to("/logs", {{"service", name}}))) +
         panel("changes", "Changes", change_list(view, name, 10)) + html("</div>");
  return out + panel("events", "Events of the cluster", event_list(view, name, 10));
}

std::string page_looks(const View& view) {
  const bool known = std::ranges::find(view.services(), view.segments[0], &ServiceView::name) != view.services().end();
  return known ? format("map\npods {}\nlogs {}", view.segments[0], view.segments[0]) : std::string();
}

}  // namespace

PageSpec service_page() {
  return {.path = "/services/{}", .nav = "", .title = page_title, .body = page_body, .looks = page_looks};
}

}  // namespace firedrill::console::pages
