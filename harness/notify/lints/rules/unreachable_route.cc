#include <algorithm>
#include <map>

#include "base/text/format.h"
#include "base/text/regex.h"
#include "notify/lints/config_lints.h"

namespace firedrill::notify::lints {
namespace {

// Siblings that are looked at one by one before a route; those with `=` are found by their value.
constexpr std::size_t kMostSiblings = 500;

// Any but one with a line break, which no dot is.
bool takes_any_value(const Matcher& matcher) {
  return matcher.op() == MatchOp::regex && (matcher.value() == ".*" || matcher.value() == "^(?:.*)$");
}

// The values that a matcher allows, where they can be counted; empty otherwise.
std::vector<std::string> values_of(const Matcher& matcher) {
  if (matcher.op() == MatchOp::equal) return {matcher.value()};
  if (matcher.op() != MatchOp::regex) return {};
  std::string_view pattern = matcher.value();
  const bool anchored = pattern.starts_with("^(?:") && pattern.ends_with(")$");
  if (!anchored) return matcher.regex()->literals();
  const auto inner = Regex::compile(pattern.substr(4, pattern.size() - 6), DotNewline::no);
  return inner ? inner->literals() : std::vector<std::string>();
}

// What all alerts satisfy that come to a place in the tree.
using Constraints = std::vector<const Matcher*>;

// Whether whatever satisfies the constraints matches.
bool follows(const Matcher& matcher, const Constraints& constraints) {
  return std::ranges::any_of(constraints, [&](const Matcher* known) {
    if (known->name() != matcher.name()) return false;
    if (*known == matcher) return true;
    const std::vector<std::string> values = values_of(*known);
    return !values.empty() &&
           std::ranges::all_of(values, [&](const std::string& value) { return matcher.matches(value); });
  });
}

bool all_follow(const Matchers& matchers, const Constraints& constraints) {
  return std::ranges::all_of(
      matchers, [&](const Matcher& matcher) { return takes_any_value(matcher) || follows(matcher, constraints); });
}

// Whether that is so but for values with a line break.
bool leaves_line_breaks(const Matchers& matchers, const Constraints& constraints) {
  return std::ranges::any_of(
      matchers, [&](const Matcher& matcher) { return takes_any_value(matcher) && !follows(matcher, constraints); });
}

// Two constraints that no value satisfies both; null: none.
const Matcher* contradicted(const Constraints& constraints) {
  for (const Matcher* one : constraints) {
    const std::vector<std::string> values = values_of(*one);
    if (values.empty()) continue;
    for (const Matcher* other : constraints) {
      if (other == one || other->name() != one->name()) continue;
      if (std::ranges::none_of(values, [&](const std::string& value) { return other->matches(value); })) return other;
    }
  }
  return nullptr;
}

class Search {
 public:
  Search(const Configuration& configuration, std::vector<ConfigFinding>& findings)
      : routes_(configuration.routes), findings_(findings) {}

  void run() { visit_children(routes_.front(), {}, {}); }

 private:
  // The earlier siblings of a place on the path: those that end the search.
  struct Earlier {
    std::multimap<std::pair<std::string_view, std::string_view>, const Route*> by_value;  // whose first matcher is `=`
    std::vector<const Route*> others;
  };

  void visit_children(const Route& route, const Constraints& around, std::vector<const Earlier*> levels) {
    Earlier earlier;
    levels.push_back(&earlier);
    for (const std::size_t index : route.children) {
      const Route& child = routes_[index];
      Constraints constraints = around;
      for (const Matcher& matcher : child.matchers) constraints.push_back(&matcher);
      if (!told(child, constraints, levels)) visit_children(child, constraints, levels);
      if (!child.continues) add(child, earlier);
    }
  }

  static void add(const Route& route, Earlier& earlier) {
    const bool by_value = !route.matchers.empty() && route.matchers.front().op() == MatchOp::equal;
    if (by_value) {
      earlier.by_value.emplace(
          std::pair(std::string_view(route.matchers.front().name()), std::string_view(route.matchers.front().value())),
          &route);
    } else if (earlier.others.size() < kMostSiblings) {
      earlier.others.push_back(&route);
    }
  }

  bool told(const Route& route, const Constraints& constraints, const std::vector<const Earlier*>& levels) {
    if (const Matcher* other = contradicted(constraints)) {
      findings_.push_back(
          {route.where,
           format("no alert can match this route: {} excludes another matcher on its path", to_text(*other)),
           "a route takes only what all routes above it take, too"});
      return true;
    }
    for (const Earlier* earlier : levels) {
      const Route* taker = taker_of(*earlier, constraints);
      if (taker == nullptr) continue;
      findings_.push_back(
          {route.where,
           format("no alert reaches this route: the one in line {} takes all that it would{}", taker->where.line,
                  leaves_line_breaks(taker->matchers, constraints) ? ", but for values with a line break" : ""),
           "put it in front of that one, or let that one `continue: true`"});
      return true;
    }
    return false;
  }

  static const Route* taker_of(const Earlier& earlier, const Constraints& constraints) {
    for (const Matcher* known : constraints) {
      if (known->op() != MatchOp::equal) continue;
      const auto [begin, end] = earlier.by_value.equal_range({known->name(), known->value()});
      for (auto each = begin; each != end; ++each) {
        if (all_follow(each->second->matchers, constraints)) return each->second;
      }
    }
    const auto found = std::ranges::find_if(
        earlier.others, [&](const Route* other) { return all_follow(other->matchers, constraints); });
    return found == earlier.others.end() ? nullptr : *found;
  }

  const std::vector<Route>& routes_;
  std::vector<ConfigFinding>& findings_;
};

void check(const ConfigLintInput& input, std::vector<ConfigFinding>& findings) {
  Search(input.configuration, findings).run();
}

}  // namespace

ConfigLint unreachable_route() {
  return {
      {.name = "unreachable-route",
       .summary = "a route that no alert can reach",
       .doc = "A route above it takes every alert that would match, and does not continue; or its matchers and those "
              "around it exclude each other.",
       .instead =
           "The narrower route first, `continue: true` in the route above it, or matchers that can hold together.",
       .why = "Of siblings the first that matches takes an alert; the next ones see it only after `continue`."},
      check};
}

}  // namespace firedrill::notify::lints
