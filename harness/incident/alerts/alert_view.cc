#include "incident/alerts/alert_view.h"

#include <algorithm>
#include <array>
#include <set>

#include "alerting/analysis/comparisons.h"
#include "base/maths.h"
#include "incident/alerts/alert_match.h"
#include "incident/alerts/view_lines.h"
#include "incident/expression_unit.h"
#include "incident/expressions.h"
#include "promql/engine.h"
#include "promql/parse/printer.h"

namespace firedrill::incident {
using namespace record;
namespace {

constexpr std::int64_t kMostLooks = 50'000;      // of one comparison
constexpr std::int64_t kMostRead = 100'000'000;  // samples; where looking costs more, it is done less often
constexpr std::int64_t kFewLooks = 600;          // the least that is worth it
constexpr std::size_t kMostMarks = 500;

struct Look {
  Time t;
  bool marked;  // an alert became pending, fired, or was at its last evaluation
};

Time end_of(const ViewWindow& window) {
  return window.from + window.slice * static_cast<std::int64_t>(window.slices);
}

// When the rule's alerts changed. Of very many in one slice, one of each kind.
std::set<Time> marks_of(const Record& record, const RuleRecord& rule, const ViewWindow& window) {
  std::array<std::vector<Time>, 3> by_kind;
  for (const AlertRecord& alert : record.alerts) {
    if (!raised_by(record, rule, alert)) continue;
    if (alert.firing_at) by_kind[0].push_back(*alert.firing_at);
    if (alert.pending_at) by_kind[1].push_back(*alert.pending_at);
    if (alert.resolved_at) by_kind[2].push_back(*alert.resolved_at - rule.interval);
  }
  std::set<Time> marks;
  for (std::vector<Time>& times : by_kind) {
    std::erase_if(times, [&](Time t) { return t < window.from || t > end_of(window); });
    std::ranges::sort(times);
    if (times.size() > kMostMarks) {
      const auto slice = [&](Time t) { return (t - window.from) / window.slice; };
      const auto repeats = std::ranges::unique(times, {}, slice);
      times.erase(repeats.begin(), repeats.end());
    }
    marks.insert(times.begin(), times.end());
  }
  return marks;
}

// The evaluations of the rule, every so manieth of them, and those at which its alerts changed. How far behind a
// multiple of its interval a group is evaluated, its alerts tell.
std::vector<Look> looks_of(const Record& record, const RuleRecord& rule, const ViewWindow& window, Duration step) {
  const std::set<Time> marks = marks_of(record, rule, window);
  Duration phase{};
  for (const AlertRecord& alert : record.alerts) {
    if (alert.pending_at && raised_by(record, rule, alert))
      phase = alert.pending_at->time_since_epoch() % rule.interval;
  }
  const Duration since_epoch = window.from.time_since_epoch() - phase;
  Time t = Time(since_epoch / rule.interval * rule.interval + phase);
  while (t <= window.from) t += rule.interval;
  std::vector<Look> looks;
  auto mark = marks.begin();
  for (; t <= end_of(window); t += step) {
    for (; mark != marks.end() && *mark < t; ++mark) looks.push_back({*mark, true});
    const bool marked = mark != marks.end() && *mark == t;
    if (marked) ++mark;
    looks.push_back({t, marked});
  }
  for (; mark != marks.end(); ++mark) looks.push_back({*mark, true});
  return looks;
}

// What is looked at: the side of a comparison and its threshold, or how many series the whole gives.
struct Subject {
  ExprRef value;
  ExprRef threshold;  // null: 0
  promql::BinaryOp op = promql::BinaryOp::gt;
};

class Looking {
 public:
  Looking(const Record& record, const promql::Queryable& series, Subject subject)
      : subject_(std::move(subject)), offset_(record.monitoring.query_offset), series_(series) {
    options_.version = version_of(record);
  }

  // False if that is too much to read.
  bool look(const std::vector<Look>& looks, const ViewWindow& window, AlertView& view) const {
    promql::Query value(subject_.value, series_, options_);
    std::optional<promql::Query> threshold;
    if (subject_.threshold != nullptr) threshold.emplace(subject_.threshold, series_, options_);
    ViewLines lines(window, subject_.op);
    std::int64_t read = 0;
    for (const auto& [t, marked] : looks) {
      const Time at = t - offset_;
      double limit = 0;
      if (threshold) {
        const auto found = threshold->rows_at(at);
        limit = found && !found->empty() ? found->front().value : maths::nan();
      }
      lines.begin(t, limit, marked);
      const auto rows = value.rows_at(at);
      read += value.samples_read();
      if (read > kMostRead) return false;
      if (!rows) continue;
      if (threshold) {
        for (const auto& [row, number] : *rows) lines.add(row, number);
      } else {
        lines.add(0, static_cast<double>(rows->size()));
      }
    }
    std::move(lines).finish(
        view, [&](std::uint32_t row) { return threshold ? value.row_labels(row).without_name() : model::Labels(); });
    return true;
  }

 private:
  Subject subject_;
  Duration offset_;
  const promql::Queryable& series_;
  promql::Options options_;
};

// Whether one of the comparisons holds whenever the condition does.
bool needs_comparison(const alerting::Condition& condition) {
  using Kind = alerting::Condition::Kind;
  switch (condition.kind) {
    case Kind::comparison:
      return true;
    case Kind::all:
    case Kind::except:
      return std::ranges::any_of(condition.parts, needs_comparison);
    case Kind::any:
      return std::ranges::all_of(condition.parts, needs_comparison);
    case Kind::absent:
    case Kind::other:
      break;
  }
  return false;
}

AlertView view_of(const alerting::Comparison& comparison) {
  AlertView view;
  view.expression = promql::print(*comparison.value);
  view.op = promql::to_string(comparison.op);
  const ValueUnit unit = unit_of(*comparison.value);
  view.unit = unit == ValueUnit::seconds ? "seconds" : unit == ValueUnit::bytes ? "bytes" : "";
  return view;
}

// As often as the rule was evaluated; where that is too much, less often.
bool look(const Record& record, const RuleRecord& rule, const promql::Queryable& series, const ViewWindow& window,
          const Subject& subject, AlertView& view) {
  const Looking looking(record, series, subject);
  const Duration span = end_of(window) - window.from;
  const std::int64_t evaluations = std::max<std::int64_t>(1, span / rule.interval);
  std::int64_t stride = (evaluations + kMostLooks - 1) / kMostLooks;
  for (;;) {
    view.looked_every = rule.interval * stride;
    if (looking.look(looks_of(record, rule, window, view.looked_every), window, view)) return !view.lines.empty();
    if (evaluations / stride <= kFewLooks) return false;
    stride = std::max(stride * 8, evaluations / kFewLooks);
  }
}

}  // namespace

std::vector<AlertView> alert_views(const Record& record, const RuleRecord& rule, const promql::Queryable& series,
                                   const ViewWindow& window) {
  std::vector<AlertView> views;
  if (window.slices == 0 || window.slice <= 0ms || window.most_lines == 0 || rule.interval <= 0ms) return views;
  const ExprRef whole = expression_of(record, rule);
  if (whole == nullptr) return views;
  const alerting::Conditions conditions = alerting::find_conditions(*whole);
  if (!needs_comparison(conditions.root) && whole->type == promql::ValueType::vector && keeps_series(*whole, series)) {
    AlertView view;
    view.expression = promql::print(*whole);
    view.op = promql::to_string(promql::BinaryOp::gt);
    view.unit = "series";
    if (look(record, rule, series, window, {whole, nullptr}, view)) views.push_back(std::move(view));
  }
  for (const alerting::Comparison& comparison : conditions.comparisons) {
    AlertView view = view_of(comparison);
    const Subject subject{{whole, comparison.value}, {whole, comparison.threshold}, comparison.op};
    if (look(record, rule, series, window, subject, view)) views.push_back(std::move(view));
  }
  return views;
}

}  // namespace firedrill::incident
