// Commands that query what was scraped.
#include <algorithm>
#include <array>
#include <limits>

#include "base/duration.h"
#include "base/maths.h"
#include "base/text/format.h"
#include "console/line/command_table.h"
#include "promql/api_json.h"

namespace firedrill::console {
namespace {

constexpr std::size_t kMostRows = 40;
constexpr std::size_t kWidth = 60;  // of a line that is drawn

json::value api_value(const promql::Value& value, Time t) {
  const std::string text = promql::api_success(value, t, {});
  auto read = read_json(make_source("<answer>", text));
  return read ? *read : json::value();
}

std::string row_of(const model::Labels& labels, double value) {
  return format("{}  {}\n", labels.to_string(), shown_number(value));
}

struct Shown {
  std::string text;

  void operator()(const promql::Scalar& scalar) { text = shown_number(scalar.value) + "\n"; }
  void operator()(const promql::String& string) { text = string.value + "\n"; }
  void operator()(const promql::Vector& vector) {
    if (vector.empty()) text = "no series\n";
    for (std::size_t i = 0; i < std::min(vector.size(), kMostRows); ++i)
      text += row_of(vector[i].labels, vector[i].value);
    if (vector.size() > kMostRows) text += format("… and {} more\n", vector.size() - kMostRows);
  }
  void operator()(const promql::Matrix& matrix) {
    if (matrix.empty()) text = "no series\n";
    for (std::size_t i = 0; i < std::min(matrix.size(), kMostRows); ++i) {
      text += format("{}  {} samples\n", matrix[i].labels.to_string(), matrix[i].samples.size());
    }
  }
};

Answer query(Turn& turn) {
  if (turn.rest.empty()) return refused("a query needs an expression", "query sum(rate(http_requests_total[5m]))");
  const Time now = turn.session.now();
  const auto value = turn.session.query(turn.rest, now);
  if (!value) return refused(value.error());
  Shown shown;
  std::visit(shown, *value);
  json::object data;
  data["result"] = api_value(*value, now);
  return said(std::move(shown.text), std::move(data));
}

// A line of bars from the least value to the greatest.
std::string drawn(const promql::Series& series) {
  static constexpr std::array<std::string_view, 8> kBars{"▁", "▂", "▃", "▄", "▅", "▆", "▇", "█"};
  double least = std::numeric_limits<double>::infinity();
  double most = -least;
  for (const model::Sample& sample : series.samples) {
    if (maths::is_nan(sample.value)) continue;
    least = std::min(least, sample.value);
    most = std::max(most, sample.value);
  }
  std::string line;
  const std::size_t step = std::max<std::size_t>(1, (series.samples.size() + kWidth - 1) / kWidth);
  for (std::size_t i = 0; i < series.samples.size(); i += step) {
    const double value = series.samples[i].value;
    if (maths::is_nan(value)) {
      line += " ";
      continue;
    }
    const double share = most > least ? (value - least) / (most - least) : 0;
    line += kBars[std::min<std::size_t>(7, static_cast<std::size_t>(share * 8))];
  }
  return format("{}  {} to {}, now {}", line, shown_number(least), shown_number(most),
                shown_number(series.samples.back().value));
}

Answer range(Turn& turn) {
  std::string_view rest = turn.rest;
  const std::string_view length = take_word(rest);
  const auto back = parse_duration(length);
  if (!back || *back <= Duration(0) || rest.empty()) {
    return refused("a range needs how far it looks back, and an expression",
                   "range 30m sum(rate(http_requests_total[5m]))");
  }
  const Time now = turn.session.now();
  const Duration step = std::max<Duration>(15s, *back / static_cast<std::int64_t>(kWidth) / 1000 * 1000);
  const auto matrix = turn.session.query_range(rest, now - *back, now, step);
  if (!matrix) return refused(matrix.error());
  std::string text;
  for (std::size_t i = 0; i < std::min(matrix->size(), kMostRows); ++i) {
    text += format("{}\n  {}\n", (*matrix)[i].labels.to_string(), drawn((*matrix)[i]));
  }
  if (matrix->size() > kMostRows) text += format("… and {} more\n", matrix->size() - kMostRows);
  json::object data;
  data["from"] = format_instant(now - *back);
  data["to"] = format_instant(now);
  data["step_seconds"] = to_seconds(step);
  data["result"] = api_value(*matrix, now);
  return said(text.empty() ? "no series\n" : std::move(text), std::move(data));
}

Answer metrics(Turn& turn) {
  std::vector<std::vector<std::string>> rows;
  json::array list;
  for (const MetricView& each : turn.session.metrics()) {
    if (!turn.rest.empty() && !each.name.contains(turn.rest)) continue;
    rows.push_back({each.name, std::string(model::to_string(each.type))});
    json::object one;
    one["metric"] = each.name;
    one["type"] = model::to_string(each.type);
    list.push_back(std::move(one));
  }
  json::object data;
  data["metrics"] = std::move(list);
  return said(rows.empty() ? "no metric has that in its name\n" : columns(rows), std::move(data));
}

Answer rules(Turn& turn) {
  std::vector<std::vector<std::string>> rows;
  json::array list;
  for (const RuleGroupView& group : turn.session.rule_groups()) {
    for (const RuleView& rule : group.rules) {
      const std::string state = rule.alerting ? std::string(events::to_string(rule.state)) : "recording";
      rows.push_back(
          {state, rule.name, rule.health == "ok" ? "" : rule.health, rule.expr.substr(0, rule.expr.find('\n'))});
      json::object one;
      one["group"] = group.name;
      one["rule"] = rule.name;
      one["state"] = state;
      one["health"] = rule.health;
      one["expr"] = rule.expr;
      list.push_back(std::move(one));
    }
  }
  json::object data;
  data["rules"] = std::move(list);
  return said(columns(rows), std::move(data));
}

constexpr std::array kCommands{
    CommandSpec{"query", "EXPR", "PromQL, now", "look", Trace::Kind::look, true, 20, query},
    CommandSpec{"range", "DURATION EXPR", "PromQL over the last while, drawn", "look", Trace::Kind::look, true, 20,
                range},
    CommandSpec{"metrics", "[TEXT]", "names of metrics", "look", Trace::Kind::look, false, 10, metrics},
    CommandSpec{"rules", "", "rules and their states", "look", Trace::Kind::look, true, 10, rules},
};

}  // namespace

std::span<const CommandSpec> metric_commands() {
  return kCommands;
}

}  // namespace firedrill::console
