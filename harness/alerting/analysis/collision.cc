#include "alerting/analysis/collision.h"

#include <algorithm>
#include <map>
#include <optional>
#include <set>
#include <vector>

#include "base/contains.h"
#include "base/text/format.h"
#include "promql/engine.h"
#include "promql/parse/printer.h"

namespace firedrill::alerting {
namespace {

using promql::Cardinality;

struct Pair {
  model::Labels first;
  model::Labels second;
};

std::string quoted_values(const Pair& pair, const std::string& name) {
  return format("{} ({} and {})", name, model::quote(pair.first.get(name)), model::quote(pair.second.get(name)));
}

std::string joined(const std::vector<std::string>& names) {
  std::string out;
  for (const std::string& name : names) out += (out.empty() ? "" : ", ") + name;
  return out;
}

// The labels, the metric's name among them, in which the two differ.
std::vector<std::string> differences(const Pair& pair) {
  std::set<std::string> names;
  for (const model::Labels* labels : {&pair.first, &pair.second}) {
    for (const model::Label& label : *labels) {
      if (pair.first.get(label.name) != pair.second.get(label.name)) names.insert(label.name);
    }
  }
  return {names.begin(), names.end()};
}

std::string described(const Pair& pair, const std::vector<std::string>& names) {
  std::string out;
  for (const std::string& name : names) out += (out.empty() ? "" : ", ") + quoted_values(pair, name);
  return out;
}

// The first two samples of which `key` makes the same.
template <typename Key>
std::optional<Pair> colliding(promql::Query& query, Time t, Key key) {
  const auto rows = query.rows_at(t);
  if (!rows) return std::nullopt;
  std::map<model::Labels, model::Labels> known;
  for (const promql::RowSample& row : *rows) {
    const model::Labels& labels = query.row_labels(row.row);
    const auto [it, added] = known.try_emplace(key(labels, row.value), labels);
    if (!added) return Pair{it->second, labels};
  }
  return std::nullopt;
}

// The labels by which the sides are matched, of one sample.
model::Labels signature(const promql::Matching& matching, const model::Labels& labels) {
  return matching.on ? labels.only(matching.labels) : labels.without_name().without(matching.labels);
}

// What to write instead of a side that holds several series for one group.
std::string aggregated(const promql::Matching& matching, const promql::Expr& side,
                       const std::vector<std::string>& names) {
  std::vector<std::string> by = matching.labels;
  for (const std::string& label : matching.include) {
    if (matching.on && !contains(by, label)) by.push_back(label);
  }
  std::vector<std::string> without = matching.on ? std::vector<std::string>() : matching.labels;
  for (const std::string& name : names) {
    if (name != model::kMetricName && !contains(without, name)) without.push_back(name);
  }
  const std::string of = promql::print(promql::unwrap(side));
  if (matching.on && by.empty()) return format("max({})", of);
  return format("max {} ({}) ({})", matching.on ? "by" : "without", joined(matching.on ? by : without), of);
}

// Each side must have one series a group, but for the one that `group_left` or `group_right` lets have many; on the
// left of a match without these it fails only where the right has the group, too.
std::string of_match(const RuleLooked& looked, const promql::Binary& binary, Time t) {
  if (!binary.matching || promql::is_set_operator(binary.op)) return {};
  const promql::Matching& matching = *binary.matching;
  const bool one_to_one = matching.cardinality == Cardinality::one_to_one;
  const auto query_of = [&](const promql::ExprPtr& expr) {
    return promql::Query({looked.rule.expression, expr.get()}, looked.data, looked.options);
  };
  const auto key = [&](const model::Labels& labels, double) { return signature(matching, labels); };
  const auto tell = [&](const Pair& pair, const promql::Expr& expr, std::string_view side) {
    const std::vector<std::string> names = differences(pair);
    return format("on the {} of `{}` two series of one group differ in {}: make them one before, say with `{}`{}", side,
                  promql::to_string(binary.op), described(pair, names), aggregated(matching, expr, names),
                  one_to_one ? ", or match by these labels too" : "");
  };
  promql::Query left = query_of(binary.lhs), right = query_of(binary.rhs);
  if (matching.cardinality != Cardinality::one_to_many) {
    if (const auto pair = colliding(right, t, key)) return tell(*pair, *binary.rhs, "right");
  }
  if (matching.cardinality == Cardinality::many_to_one) return {};
  const auto pair = colliding(left, t, key);
  if (!pair) return {};
  const auto there = right.rows_at(t);
  const bool matched = there && std::ranges::any_of(*there, [&](const promql::RowSample& row) {
                         return signature(matching, right.row_labels(row.row)) == signature(matching, pair->first);
                       });
  return one_to_one && !matched ? std::string() : tell(*pair, *binary.lhs, "left");
}

// Alerts that come to have the same labels.
std::string of_alerts(const RuleLooked& looked, Time t) {
  const Rule& rule = looked.rule;
  promql::Query query(rule.expression, looked.data, looked.options);
  const auto pair = colliding(query, t, [&](const model::Labels& labels, double value) {
    model::Labels made = labels.without_name();
    for (std::size_t i = 0; i < rule.labels.size() && i < rule.label_templates.size(); ++i) {
      made.set(rule.labels[i].name, rule.label_templates[i].render({labels, value}, looked.world, t));
    }
    return made;
  });
  if (!pair) return {};
  const std::vector<std::string> names = differences(*pair);
  const std::string both = format("{} and {}", pair->first.to_string(), pair->second.to_string());
  for (const NamedText& label : rule.labels) {
    if (!contains(names, label.name)) continue;
    return format("{} become the same alert: the rule's own label '{}' takes the place of theirs; give it another name",
                  both, label.name);
  }
  return format(
      "{} become the same alert, since an alert has no metric name: ask for one metric, or copy the name into "
      "a label, label_replace(…, \"metric\", \"$1\", \"__name__\", \"(.+)\")",
      both);
}

}  // namespace

std::string why_collides(const RuleLooked& looked, Time t) {
  std::string why;
  promql::walk(*looked.rule.expression, [&](const promql::Expr& node) {
    if (why.empty() && node.kind == promql::Kind::binary) why = of_match(looked, promql::as<promql::Binary>(node), t);
  });
  if (why.empty() && looked.rule.alerting()) why = of_alerts(looked, t);
  return why;
}

}  // namespace firedrill::alerting
