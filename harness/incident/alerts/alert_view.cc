#include "incident/alerts/alert_view.h"

#include <algorithm>
#include <map>

#include "alerting/analysis/comparisons.h"
#include "base/maths.h"
#include "incident/expression_unit.h"
#include "incident/expressions.h"
#include "promql/engine.h"
#include "promql/parse/printer.h"

namespace firedrill::incident {
using namespace record;
namespace {

constexpr std::int64_t kMostLooks = 600;
constexpr std::int64_t kMostRead = 200'000'000;  // samples; a view that costs more is not worth it

// Which of two values is nearer to firing: the greater, the smaller, or the one nearer to the threshold.
struct Nearer {
  promql::BinaryOp op;
  double threshold = maths::nan();  // the last that was seen

  bool operator()(double a, double b) const {
    switch (op) {
      case promql::BinaryOp::lt:
      case promql::BinaryOp::le:
        return a < b;
      case promql::BinaryOp::eq:
        return distance(a) < distance(b);
      case promql::BinaryOp::ne:
        return distance(a) > distance(b);
      default:
        return a > b;
    }
  }
  double distance(double value) const { return value < threshold ? threshold - value : value - threshold; }
  void keep(double& kept, double value) const {
    if (!maths::is_nan(value) && (maths::is_nan(kept) || (*this)(value, kept))) kept = value;
  }
};

double nearest(const std::vector<double>& values, const Nearer& nearer) {
  double kept = maths::nan();
  for (const double value : values) nearer.keep(kept, value);
  return kept;
}

struct Slot {
  Time from;
  Duration slice;
  std::size_t slices;
  std::size_t of(Time t) const {
    return std::min(slices - 1, static_cast<std::size_t>(std::max<std::int64_t>(0, (t - from - 1ms) / slice)));
  }
};

AlertView view_of(const std::shared_ptr<const promql::Expr>& whole, const alerting::Comparison& comparison,
                  const promql::Queryable& series, const promql::Options& options, const Slot& slot, Duration step) {
  AlertView view;
  view.expression = promql::print(*comparison.value);
  view.op = promql::to_string(comparison.op);
  const ValueUnit unit = unit_of(*comparison.value);
  view.unit = unit == ValueUnit::seconds ? "seconds" : unit == ValueUnit::bytes ? "bytes" : "";
  view.thresholds.assign(slot.slices, maths::nan());
  Nearer nearer{comparison.op};
  promql::Query value({whole, comparison.value}, series, options);
  promql::Query threshold({whole, comparison.threshold}, series, options);
  std::map<std::uint32_t, std::size_t> line_of;
  std::int64_t read = 0;
  const Time end = slot.from + slot.slice * static_cast<std::int64_t>(slot.slices);
  for (Time t = slot.from + step; t <= end; t += step) {
    const std::size_t at = slot.of(t);
    const auto limit = threshold.rows_at(t);
    if (limit && !limit->empty()) view.thresholds[at] = nearer.threshold = limit->front().value;
    const auto rows = value.rows_at(t);
    read += value.samples_read();
    if (read > kMostRead) return {};
    if (!rows) continue;
    for (const promql::RowSample& sample : *rows) {
      const auto [it, added] = line_of.try_emplace(sample.row, view.lines.size());
      if (added) {
        view.lines.push_back(
            {value.row_labels(sample.row).without_name(), std::vector<double>(slot.slices, maths::nan())});
      }
      nearer.keep(view.lines[it->second].values[at], sample.value);
    }
  }
  std::erase_if(view.lines, [&](const AlertView::Line& line) { return maths::is_nan(nearest(line.values, nearer)); });
  std::ranges::stable_sort(view.lines, [&](const AlertView::Line& a, const AlertView::Line& b) {
    const double left = nearest(a.values, nearer), right = nearest(b.values, nearer);
    return nearer(left, right) || (!nearer(right, left) && a.labels < b.labels);
  });
  return view;
}

}  // namespace

std::vector<AlertView> alert_views(const Record& record, const RuleRecord& rule, const promql::Queryable& series,
                                   Time from, Duration slice, std::size_t slices, std::size_t most_lines) {
  std::vector<AlertView> views;
  if (slices == 0 || slice <= 0ms) return views;
  promql::Options options;
  options.version = version_of(record);
  const ExprRef whole = parsed(record, rule.expr).value_or(nullptr);
  if (whole == nullptr) return views;
  const Duration span = slice * static_cast<std::int64_t>(slices);
  const Duration interval = rule.interval > 0ms ? rule.interval : Duration(1min);
  const Duration step = std::max(std::min(interval, slice), span / kMostLooks);
  for (const alerting::Comparison& comparison : alerting::find_conditions(*whole).comparisons) {
    AlertView view = view_of(whole, comparison, series, options, {from, slice, slices}, step);
    if (view.lines.empty()) continue;
    if (view.lines.size() > most_lines) {
      view.left_out = view.lines.size() - most_lines;
      view.lines.resize(most_lines);
    }
    views.push_back(std::move(view));
  }
  return views;
}

}  // namespace firedrill::incident
