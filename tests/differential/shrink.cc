#include "shrink.h"

#include <algorithm>

#include "base/duration.h"
#include "base/text/format.h"
#include "base/text/numbers.h"

namespace firedrill::differential {
namespace {

// Whether it is still a disagreement of the same kind: with promtool, or with itself after earlier evaluations.
bool differs(const Disagreement& disagreement, const Node& expression, const Answer& promtool, const OwnAnswer& own) {
  if (!disagreement.own.moved.empty()) return !own.moved.empty() && !promtool.error;
  return compare(promtool, own.answer, tolerance(expression)) == Agreement::different;
}

// The smallest of the expressions one step smaller that still disagree.
bool shrink_expression(const Promtool& promtool, Disagreement& disagreement) {
  std::vector<NodePtr> candidates = smaller(disagreement.expression);
  std::ranges::stable_sort(candidates, {}, [](const NodePtr& node) { return size(*node); });
  if (candidates.size() > 150) candidates.resize(150);
  if (candidates.empty()) return false;
  Group group{&disagreement.set, disagreement.horizon, {}};
  for (const NodePtr& node : candidates) group.cases.push_back({print(*node), disagreement.at});
  const auto answers = promtool.ask({group}, disagreement.options);
  if (!answers) return false;
  const promql::MemoryStore store = load(disagreement.set, last_load(disagreement.horizon, disagreement.options));
  for (std::size_t i = 0; i < candidates.size(); ++i) {
    OwnAnswer own = evaluate(group.cases[i].expression, disagreement.at, store, disagreement.options);
    if (!differs(disagreement, *candidates[i], (*answers)[0][i], own)) continue;
    disagreement.expression = candidates[i];
    disagreement.promtool = (*answers)[0][i];
    disagreement.own = std::move(own);
    return true;
  }
  return false;
}

// Leaves out `chunk` series in a row, wherever that can be done.
bool shrink_series(const Promtool& promtool, Disagreement& disagreement, std::size_t chunk) {
  std::vector<SeriesSet> candidates;
  for (std::size_t from = 0; from < disagreement.set.series.size(); from += chunk) {
    SeriesSet& set = candidates.emplace_back(disagreement.set);
    const std::size_t to = std::min(from + chunk, set.series.size());
    set.series.erase(set.series.begin() + static_cast<std::ptrdiff_t>(from),
                     set.series.begin() + static_cast<std::ptrdiff_t>(to));
  }
  std::vector<Group> groups;
  const Case only{print(*disagreement.expression), disagreement.at};
  for (const SeriesSet& set : candidates) groups.push_back({&set, disagreement.horizon, {only}});
  const auto answers = promtool.ask(groups, disagreement.options);
  if (!answers) return false;
  for (std::size_t i = 0; i < candidates.size(); ++i) {
    const promql::MemoryStore store = load(candidates[i], last_load(disagreement.horizon, disagreement.options));
    OwnAnswer own = evaluate(only.expression, disagreement.at, store, disagreement.options);
    if (!differs(disagreement, *disagreement.expression, (*answers)[i][0], own)) continue;
    disagreement.set = std::move(candidates[i]);
    disagreement.promtool = (*answers)[i][0];
    disagreement.own = std::move(own);
    return true;
  }
  return false;
}

}  // namespace

bool is_stable(const Promtool& promtool, const Disagreement& disagreement) {
  // The order is that of the series' first samples, and random among those that begin at the same time: a stale marker
  // at the start, which no expression sees, makes it random for all.
  SeriesSet set = disagreement.set;
  for (RandomSeries& series : set.series) {
    if (!series.samples[0].present) series.samples[0] = {true, stale_marker()};
  }
  const Group group{&set, disagreement.horizon, {{print(*disagreement.expression), disagreement.at}}};
  const std::vector<Group> many(12, group);  // each is loaded anew, in an order of its own
  const auto answers = promtool.ask(many, disagreement.options);
  if (!answers) return true;
  return std::ranges::all_of(*answers, [&](const std::vector<Answer>& each) {
    const Agreement agreement = compare(disagreement.promtool, each[0], {});
    return agreement == Agreement::exact || agreement == Agreement::refused;
  });
}

Disagreement shrink(const Promtool& promtool, Disagreement disagreement) {
  while (shrink_expression(promtool, disagreement)) {
  }
  for (std::size_t chunk = disagreement.set.series.size() / 2; chunk > 0; chunk /= 2) {
    while (shrink_series(promtool, disagreement, chunk)) {
    }
  }
  while (shrink_expression(promtool, disagreement)) {
  }
  return disagreement;
}

std::string script(const Disagreement& disagreement) {
  std::string out = format("load {}\n", format_duration(disagreement.set.interval));
  const Time end = last_load(disagreement.horizon, disagreement.options);
  for (const RandomSeries& series : disagreement.set.series)
    out += format("  {} {}\n", series.labels.to_string(), notation(series, disagreement.set.interval, end));
  out += format("# subqueries without a step: {}{}\n", format_duration(disagreement.options.evaluation_interval),
                disagreement.options.delayed_name_removal ? ", delayed name removal" : "");
  out += format("eval instant at {} {}\n", format_duration(disagreement.at), print(*disagreement.expression));
  out += to_string(disagreement.promtool) + "\n";
  out += "# firedrill:\n" + to_string(disagreement.own.answer) + "\n";
  if (!disagreement.own.moved.empty())
    out += "# firedrill, after earlier evaluations:\n" + disagreement.own.moved + "\n";
  return out;
}

}  // namespace firedrill::differential
