#include "notify/lints/alert_shape.h"

#include <algorithm>

#include "alerting/analysis/label_flow.h"

namespace firedrill::notify {
namespace {

AlertShape shape_of(const alerting::Rule& rule) {
  const alerting::LabelFlow flow = alerting::label_flow(*rule.expression);
  AlertShape shape;
  shape.name = rule.name();
  shape.where = rule.where;
  shape.exact = flow.exact;
  shape.fixed.insert(flow.fixed.begin(), flow.fixed.end());
  shape.some.insert(flow.demanded.begin(), flow.demanded.end());
  shape.absent.insert(flow.absent.begin(), flow.absent.end());
  shape.possible.insert(flow.possible.begin(), flow.possible.end());
  const auto set = [&](const std::string& label, const std::string& text) {
    shape.fixed.erase(label);
    shape.some.erase(label);
    shape.absent.erase(label);
    if (text.contains("{{")) {
      shape.possible.insert(label);  // what the template gives, if anything
    } else if (text.empty()) {
      shape.absent.insert(label);
    } else {
      shape.fixed.emplace(label, text);
    }
  };
  for (const alerting::NamedText& label : rule.labels) set(label.name, label.text.value);
  set(std::string(model::kAlertName), shape.name);
  return shape;
}

Truth matches(const Matcher& matcher, const AlertShape& shape) {
  if (const auto value = shape.value(matcher.name())) return matcher.matches(*value) ? Truth::yes : Truth::no;
  const bool all = matcher.op() == MatchOp::regex && (matcher.value() == ".*" || matcher.value() == "^(?:.*)$");
  return all ? Truth::yes : Truth::maybe;
}

class Search {
 public:
  Search(std::span<const Route> routes, const AlertShape& shape)
      : routes_(routes), shape_(shape), taking_(routes.size(), Truth::no) {}

  std::vector<Truth> run() {
    if (!routes_.empty()) visit(routes_.front(), Truth::yes);
    return std::move(taking_);
  }

 private:
  // The search comes to the route as surely as `reached` says.
  void visit(const Route& route, Truth reached) {
    const Truth own = notify::matches(route.matchers, shape_);
    const Truth entered = std::min(reached, own);
    if (entered == Truth::no) return;
    Truth open = entered;
    Truth below = Truth::no;
    for (const std::size_t index : route.children) {
      const Route& child = routes_[index];
      const Truth matched = notify::matches(child.matchers, shape_);
      visit(child, open);
      below = std::max(below, matched);
      if (child.continues || matched == Truth::no) continue;
      if (matched == Truth::yes) break;
      open = std::min(open, Truth::maybe);
    }
    // A child that takes whatever comes here leaves the route nothing.
    if (below != Truth::yes) taking_[route.index] = below == Truth::no ? entered : Truth::maybe;
  }

  std::span<const Route> routes_;
  const AlertShape& shape_;
  std::vector<Truth> taking_;
};

}  // namespace

std::optional<std::string_view> AlertShape::value(std::string_view label) const {
  const auto found = fixed.find(label);
  if (found != fixed.end()) return found->second;
  if (some.contains(label)) return std::nullopt;
  const bool gone = absent.contains(label) || (exact && !possible.contains(label));
  return gone ? std::optional<std::string_view>("") : std::nullopt;
}

std::vector<AlertShape> alert_shapes(std::span<const alerting::RuleFile> files) {
  std::vector<AlertShape> shapes;
  for (const alerting::RuleFile& file : files) {
    for (const alerting::RuleGroup& group : file.groups) {
      for (const alerting::Rule& rule : group.rules) {
        if (rule.alerting() && rule.expression) shapes.push_back(shape_of(rule));
      }
    }
  }
  return shapes;
}

Truth matches(std::span<const Matcher> matchers, const AlertShape& shape) {
  Truth truth = Truth::yes;
  for (const Matcher& matcher : matchers) truth = std::min(truth, matches(matcher, shape));
  return truth;
}

std::vector<Truth> takers(std::span<const Route> routes, const AlertShape& shape) {
  return Search(routes, shape).run();
}

}  // namespace firedrill::notify
