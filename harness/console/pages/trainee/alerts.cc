// Rules with their states, and an alert: its expression over time, held against its threshold, its texts and instances.
#include <algorithm>
#include <array>
#include <charconv>
#include <optional>

#include "base/duration.h"
#include "console/line/turn.h"
#include "console/pages/charts.h"
#include "console/pages/page_table.h"
#include "console/pages/panels.h"
#include "console/pages/respond.h"
#include "promql/parse/parser.h"

namespace firedrill::console::pages {
namespace {

std::string list_title(const View& /*view*/) {
  return "Alerts and rules";
}

Html state_badge(const RuleView& rule) {
  if (!rule.alerting) return badge("plain", "≡", "recording");
  if (rule.health == "err") return badge("bad", "!", "error");
  if (rule.state == events::AlertState::firing) return badge("bad", "▲", "firing");
  if (rule.state == events::AlertState::pending) return badge("warn", "◔", "pending");
  return badge("good", "✓", "inactive");
}

Html rules_of(const View& view) {
  constexpr std::array<std::string_view, 4> kHead{"rule", "state", "for", "expression"};
  Html out;
  for (const RuleGroupView& group : view.session().rule_groups()) {
    std::vector<std::vector<Html>> rows;
    for (const RuleView& rule : group.rules) {
      rows.push_back({rule.alerting ? html(R"(<a href="{}">{}</a>)", view.to_alert(rule.name), rule.name)
                                    : html(R"(<a href="{}">{}</a>)", view.to_query(rule.name), rule.name),
                      state_badge(rule), html("{}", rule.hold > Duration(0) ? format_duration(rule.hold) : ""),
                      html(R"(<a href="{}"><code>{}</code></a>)", view.to_query(rule.expr), rule.expr)});
    }
    out += html("<h3>{}</h3>{}", group.name, table(format("rules of {}", group.name), kHead, rows, "of-rules stacks"));
  }
  return out;
}

Html silence_list(const View& view) {
  const notify::Alertmanager* manager = view.session().alertmanager();
  if (manager == nullptr) return html(R"(<p class="quiet">There is no Alertmanager that answers.</p>)");
  constexpr std::array<std::string_view, 5> kHead{"silence", "state", "until", "matchers", "why"};
  std::vector<std::vector<Html>> rows;
  for (const notify::Silence& each : manager->silences().all()) {
    std::string matchers;
    for (const notify::Matcher& matcher : each.matchers)
      matchers += (matchers.empty() ? "" : ", ") + notify::to_text(matcher);
    const bool active = each.is_active_at(view.session().now());
    rows.push_back(
        {html("{}", each.id.substr(0, 8)), active ? badge("warn", "◐", "active") : badge("plain", "●", "not active"),
         html("{}", format_clock(each.ends_at)), html("<code>{}</code>", matchers),
         html("{} {}", each.comment, active ? act_button(view, format("unsilence {}", each.id), "End it") : Html())});
  }
  return rows.empty() ? html(R"(<p class="quiet">There are no silences.</p>)") : table("silences", kHead, rows);
}

Html list_body(const View& view) {
  return alert_list(view) + panel("silences", "Silences", silence_list(view)) + panel("rules", "Rules", rules_of(view));
}

std::string list_looks(const View& /*view*/) {
  return "rules\nsilences";
}

const RuleView* rule_named(const std::vector<RuleGroupView>& groups, std::string_view name) {
  for (const RuleGroupView& group : groups) {
    for (const RuleView& rule : group.rules) {
      if (rule.alerting && rule.name == name) return &rule;
    }
  }
  return nullptr;
}

// The two sides of a comparison: over time they say more than what is left of it, which is there only while it is true.
struct Sides {
  std::string left;
  std::string right;            // empty: it is no comparison, or one of parts
  std::optional<double> level;  // the right side, if it is a number
};
Sides sides_of(const std::string& text) {
  for (const std::string_view sign : {">=", "<=", ">", "<"}) {
    for (std::size_t at = text.rfind(sign); at != std::string::npos && at > 0; at = text.rfind(sign, at - 1)) {
      std::string left = text.substr(0, at);
      std::string right = text.substr(at + sign.size());
      right.erase(0, right.find_first_not_of(" \n\t"));
      right.erase(right.find_last_not_of(" \n\t") + 1);
      if (!promql::parse_text(left, {}) || !promql::parse_text(right, {})) continue;
      double number = 0;
      const auto [end, error] = std::from_chars(right.data(), right.data() + right.size(), number);
      const bool is_number = error == std::errc() && end == right.data() + right.size();
      return {std::move(left), std::move(right), is_number ? std::optional(number) : std::nullopt};
    }
  }
  return {text, {}, std::nullopt};
}

std::vector<reports::Shade> shades_of(const RuleView& rule, Time now) {
  std::vector<reports::Shade> out;
  for (const AlertView& each : rule.alerts) {
    out.push_back({each.active_at, each.fired_at.value_or(now), reports::ShadeStyle::pending});
    if (each.fired_at) out.push_back({*each.fired_at, now, reports::ShadeStyle::firing});
  }
  return out;
}

Html over_time(const View& view, const RuleView& rule) {
  const Sides sides = sides_of(rule.expr);
  ChartAsk ask{.id = "alert",
               .title = rule.name,
               .unit = reports::Unit::number,
               .expression = sides.left,
               .shades = shades_of(rule, view.session().now()),
               .strip = true};
  if (sides.level) ask.levels.push_back({*sides.level, format("threshold {}", shown_number(*sides.level))});
  Html drawn;
  const Window& window = view.window;
  const auto left = view.session().query_range(sides.left, window.from, window.to, window.step);
  if (left && !sides.right.empty() && !sides.level) {
    promql::Matrix both = *left;
    const auto right = view.session().query_range(sides.right, window.from, window.to, window.step);
    for (promql::Series each : right.value_or(promql::Matrix())) {
      each.labels.set("is", "threshold");
      both.push_back(std::move(each));
    }
    if (!both.empty()) drawn = chart_of(view, ask, both);
  } else {
    drawn = chart(view, ask);
  }
  return drawn.empty() ? html(R"(<p class="quiet">The expression gave nothing in that time.</p>)")
                       : html(R"(<div class="charts">{}</div>)", drawn);
}

Html texts(const View& view, const RuleView& rule) {
  Html out =
      html(R"(<dl class="facts"><dt>expression</dt><dd><a href="{}"><code>{}</code></a></dd><dt>for</dt><dd>{}</dd>)",
           view.to_query(rule.expr), rule.expr, format_duration(rule.hold));
  for (const model::Label& each : rule.labels) out += html("<dt>{}</dt><dd>{}</dd>", each.name, each.value);
  for (const model::Label& each : rule.annotations) out += html("<dt>{}</dt><dd>{}</dd>", each.name, each.value);
  return out + html("</dl>");
}

Html instances(const View& view, const RuleView& rule) {
  Html out;
  for (const AlertView& each : rule.alerts) {
    Html notes;
    for (const model::Label& note : each.annotations) notes += html("<dt>{}</dt><dd>{}</dd>", note.name, note.value);
    out += html(R"(<li>{} since {}{}: <code>{}</code> = {} {}<dl class="facts">{}</dl></li>)",
                each.state == events::AlertState::firing ? badge("bad", "▲", "firing") : badge("warn", "◔", "pending"),
                format_clock(each.fired_at.value_or(each.active_at)),
                each.fired_at ? format(", true since {}", format_clock(each.active_at)) : std::string(),
                each.labels.to_string(), shown_number(each.value), playbook_link(view, each), notes);
  }
  return out.empty() ? html(R"(<p class="quiet">It neither fires nor is pending.</p>)")
                     : html(R"(<ul class="plain">{}</ul>)", out);
}

Html silence_form(const View& view, const RuleView& rule) {
  if (view.mirrored() || view.game.over()) return {};
  return panel(
      "silence", "Silence it",
      html(R"(<form class="act" data-line="silence alertname={} {time} {why}">{}{}<button>Silence</button></form>)",
           rule.name,
           choice("silence-time", "time", "For", {{"15m", "15 minutes"}, {"30m", "30 minutes"}, {"1h", "an hour"}}),
           text_field("silence-why", "why", "Why", "known, being worked on")));
}

std::string alert_title(const View& view) {
  return view.segments[0];
}

Html alert_body(const View& view) {
  const auto groups = view.session().rule_groups();
  const RuleView* rule = rule_named(groups, view.segments[0]);
  if (rule == nullptr) return html("<p>There is no alert of that name.</p>");
  const std::string path = view.below + "/alerts/" + segment(rule->name);
  return html(R"(<p class="headline">{}</p>)", state_badge(*rule)) +
         panel("sight", "Its expression over time", over_time(view, *rule),
               window_bar(view.window, view.session(), path, {})) +
         panel("instances", "What of it is active", instances(view, *rule)) +
         panel("rule", "The rule", texts(view, *rule)) + silence_form(view, *rule);
}

std::string alert_looks(const View& view) {
  const bool known = rule_named(view.session().rule_groups(), view.segments[0]) != nullptr;
  return known ? format("alert {}", view.segments[0]) : std::string();
}

}  // namespace

PageSpec alerts_page() {
  return {.path = "/alerts", .nav = "Alerts", .title = list_title, .body = list_body, .looks = list_looks};
}
PageSpec alert_page() {
  return {.path = "/alerts/{}", .nav = "", .title = alert_title, .body = alert_body, .looks = alert_looks};
}

}  // namespace firedrill::console::pages
