#include "console/pages/map.h"

#include <algorithm>
#include <array>
#include <map>

#include "base/maths.h"
#include "console/line/turn.h"
#include "reports/chart/axis.h"
#include "reports/chart/lanes.h"
#include "reports/chart/text.h"

namespace firedrill::console::pages {
namespace {

constexpr double kWide = 184;  // of a box
constexpr double kHigh = 62;
constexpr double kGapX = 22;
constexpr double kGapY = 40;

struct Look {
  std::string_view health;
  std::string_view sign;
  std::string_view badge;
};
constexpr std::array kLooks{Look{"ok", "✓", "good"}, Look{"degraded", "▲", "warn"}, Look{"down", "✕", "bad"},
                            Look{"unknown", "?", "plain"}};

const Look& look_of(std::string_view health) {
  const auto found = std::ranges::find(kLooks, health, &Look::health);
  return found == kLooks.end() ? kLooks.back() : *found;
}

struct Box {
  const ServiceView* service = nullptr;
  double x = 0;
  double y = 0;
};

// In rows: who is called by nobody on top, everybody else below all who call him. A circle ends where it began.
std::map<std::string, std::size_t> rows_of(const std::vector<ServiceView>& services) {
  std::map<std::string, std::size_t> row;
  for (std::size_t round = 0; round < services.size(); ++round) {
    bool moved = false;
    for (const ServiceView& each : services) {
      for (const std::string& callee : each.calls) {
        if (callee == each.name || row[callee] > row[each.name] || row[each.name] + 1 >= services.size()) continue;
        row[callee] = row[each.name] + 1;
        moved = true;
      }
    }
    if (!moved) break;
  }
  return row;
}

struct Plan {
  std::map<std::string, Box> boxes;
  double width = 0;
  double height = 0;
};

Plan plan_of(const std::vector<ServiceView>& services) {
  auto row = rows_of(services);
  std::map<std::size_t, std::vector<const ServiceView*>> rows;
  for (const ServiceView& each : services) rows[row[each.name]].push_back(&each);
  std::size_t widest = 1;
  for (const auto& [index, list] : rows) widest = std::max(widest, list.size());
  Plan plan;
  plan.width = static_cast<double>(widest) * (kWide + kGapX);
  double y = 4;
  for (const auto& [index, list] : rows) {
    const double step = plan.width / static_cast<double>(list.size());
    for (std::size_t i = 0; i < list.size(); ++i) {
      plan.boxes[list[i]->name] = {list[i], step * (static_cast<double>(i) + 0.5) - kWide / 2, y};
    }
    y += kHigh + kGapY;
  }
  plan.height = y - kGapY + 6;
  return plan;
}

Html edge(const Box& from, const Box& to) {
  const double x1 = from.x + kWide / 2, y1 = from.y + kHigh, x2 = to.x + kWide / 2, y2 = to.y;
  return html(R"(<path class="edge" d="M{} {}C{} {} {} {} {} {}" fill="none"/>)", reports::pixel(x1),
              reports::pixel(y1), reports::pixel(x1), reports::pixel(y1 + kGapY * 0.6), reports::pixel(x2),
              reports::pixel(y2 - kGapY * 0.6), reports::pixel(x2), reports::pixel(y2));
}

std::string second_line(const ServiceView& service) {
  std::string out = service.third_party ? "third party" : format("{}/{} ready", service.ready, service.wanted);
  // As short as fits: the table below has more digits.
  if (service.errors) {
    out += *service.errors < 0.1 ? format(" · {:.1f} % errors", *service.errors * 100)
                                 : format(" · {:.0f} % errors", *service.errors * 100);
  }
  return out;
}

std::string third_line(const ServiceView& service) {
  if (!service.requests) return "nothing was scraped of it";
  return format("{:.1f} req/s{}", *service.requests,
                service.p95_s ? format(" · p95 {}", shown_seconds(service.p95_s)) : std::string());
}

Html box_of(const View& view, const Box& box) {
  const ServiceView& service = *box.service;
  const Look& look = look_of(service.health);
  const std::string name = reports::shortened(service.name, kWide - 40);
  return html(
      R"~(<a href="{}" aria-label="{}: {}, {}, {}"><g class="box {}" transform="translate({} {})"><rect width="{}" height="{}" rx="8"/><text class="sign" x="12" y="22">{}</text><text class="name" x="30" y="22">{}</text><text class="small" x="12" y="39">{}</text><text class="small" x="12" y="54">{}</text></g></a>)~",
      view.to_service(service.name), service.name, service.health, second_line(service), third_line(service),
      look.badge, reports::pixel(box.x), reports::pixel(box.y), kWide, kHigh, look.sign, name,
      reports::shortened(second_line(service), kWide - 16), reports::shortened(third_line(service), kWide - 16));
}

// In the words of services(): by what was scraped in that time.
reports::BarStyle style_of(double errors) {
  if (errors > 0.5) return reports::BarStyle::down;
  return errors > 0.01 ? reports::BarStyle::unready : reports::BarStyle::ready;
}

reports::Lane lane_of(const std::string& name, const promql::Series* errors, const Window& window) {
  reports::Lane lane{name, "", {}, {}, {}};
  if (errors == nullptr) return lane;
  for (const model::Sample& sample : errors->samples) {
    if (maths::is_nan(sample.value)) continue;
    const reports::BarStyle style = style_of(sample.value);
    const Time to = std::min(sample.t + window.step, window.to);
    const std::string word = style == reports::BarStyle::ready     ? "ok"
                             : style == reports::BarStyle::unready ? "degraded"
                                                                   : "down";
    if (!lane.bars.empty() && lane.bars.back().style == style && lane.bars.back().to >= sample.t) {
      lane.bars.back().to = to;
    } else {
      lane.bars.push_back({sample.t, to, style, word, word});
    }
    lane.bars.back().title =
        format("{}: {} from {} to {}", name, word, format_clock(lane.bars.back().from), format_clock(to));
  }
  return lane;
}

constexpr std::string_view kHealth =
    "(sum by (service) (rate(http_requests_total{code=~\"5..\"}[1m])) or 0 * sum by (service) "
    "(rate(http_requests_total[1m]))) / sum by (service) (rate(http_requests_total[1m]))";

}  // namespace

Html health_badge(std::string_view health) {
  const Look& look = look_of(health);
  return badge(look.badge, look.sign, health);
}

Html service_map(const View& view) {
  const std::vector<ServiceView>& services = view.services();
  const Plan plan = plan_of(services);
  Html drawing =
      html(R"(<svg class="map" viewBox="0 0 {} {}" width="{}" height="{}" role="group" aria-label="Map of services">)",
           plan.width, plan.height, plan.width, plan.height);
  for (const ServiceView& each : services) {
    for (const std::string& callee : each.calls) {
      const auto to = plan.boxes.find(callee);
      if (to != plan.boxes.end()) drawing += edge(plan.boxes.at(each.name), to->second);
    }
  }
  for (const ServiceView& each : services) drawing += box_of(view, plan.boxes.at(each.name));
  return html(
      R"(<div class="scroll map-box" tabindex="0" role="group" aria-label="Map of services, may scroll sideways">{}</svg></div>)",
      drawing);
}

Html service_table(const View& view) {
  constexpr std::array<std::string_view, 7> kHead{"service", "health", "ready", "requests/s", "errors", "p95", "calls"};
  std::vector<std::vector<Html>> rows;
  for (const ServiceView& each : view.services()) {
    const auto linked = [&](const std::string& text, std::string_view expression) {
      return text == "–" ? html("{}", text) : html(R"(<a href="{}">{}</a>)", view.to_query(expression), text);
    };
    const std::string name = model::quote(each.name);
    Html calls;
    for (const std::string& callee : each.calls) {
      calls += html(R"({}<a href="{}">{}</a>)", calls.empty() ? "" : ", ", view.to_service(callee), callee);
    }
    rows.push_back(
        {html(R"(<a href="{}">{}</a>)", view.to_service(each.name), each.name), health_badge(each.health),
         each.third_party ? html("–")
                          : html(R"(<a href="{}">{}/{}</a>)", view.to("/cluster", {{"service", each.name}}), each.ready,
                                 each.wanted),
         linked(each.requests ? format("{:.1f}", *each.requests) : "–",
                format("sum(rate(http_requests_total{{service={}}}[5m]))", name)),
         linked(shown_share(each.errors), format("sum(rate(http_requests_total{{service={0},code=~\"5..\"}}[5m])) / "
                                                 "sum(rate(http_requests_total{{service={0}}}[5m]))",
                                                 name)),
         linked(shown_seconds(each.p95_s), format("histogram_quantile(0.95, sum by (le) "
                                                  "(rate(http_request_duration_seconds_bucket{{service={}}}[5m])))",
                                                  name)),
         calls.empty() ? html("–") : calls});
  }
  return table("services and how they are", kHead, rows);
}

Html health_over_time(const View& view) {
  const Window& window = view.window;
  const auto series = view.session().query_range(kHealth, window.from, window.to, window.step);
  if (!series || series->empty()) return {};
  reports::Lanes lanes{.id = "health",
                       .title = "Health over time",
                       .description = "How each service was, by the share of its requests that failed.",
                       .from = window.from,
                       .to = window.to,
                       .lanes = {},
                       .bands = change_marks(view)};
  for (const promql::Series& each : *series) {
    lanes.lanes.push_back(lane_of(std::string(each.labels.get("service")), &each, window));
  }
  return html(
      R"({}<p class="quiet">By errors alone, of the minute before each time: more than 1 % is degraded, more than half down. Whether replicas are ready the map says, so that what is down there may be well here, and what nobody asks is neither.</p><p class="made"><a href="{}">query</a> <code>{}</code></p>)",
      trusted(reports::draw(lanes)), view.to_query(kHealth), kHealth);
}

}  // namespace firedrill::console::pages
