#include "base/text/format.h"
#include "lint/rule_lints.h"

namespace firedrill::lint::rules {

using alerting::Rule;
using model::MatchOp;

namespace {

bool is_regex(const model::Matcher& matcher) {
  return matcher.op() == MatchOp::regex || matcher.op() == MatchOp::not_regex;
}

// ^5 without anything behind it that lets more follow; $ the other way round.
struct Anchors {
  bool begin = false;
  bool end = false;
  std::string without;
};

Anchors anchors_of(std::string_view pattern) {
  Anchors found;
  found.begin = pattern.starts_with('^');
  if (found.begin) pattern.remove_prefix(1);
  found.end = pattern.ends_with('$') && !pattern.ends_with("\\$");
  if (found.end) pattern.remove_suffix(1);
  found.without = pattern;
  return found;
}

// No character in it stands for anything but itself.
bool is_literal(std::string_view text) {
  return text.find_first_of("\\.+*?()|[]{}^$") == std::string_view::npos;
}

void check(const RuleLintInput& input, std::vector<RuleFinding>& findings) {
  for (const LintedRule& linted : input.rules) {
    const Rule& rule = linted.rule;
    for (const promql::VectorSelector* selector : promql::selectors(*rule.expression)) {
      const auto say = [&](std::string what, std::string remedy) {
        findings.push_back({&rule,
                            locate(rule.expr, selector->where.begin, selector->where.end - selector->where.begin),
                            std::move(what), std::move(remedy)});
      };
      for (const model::Matcher& matcher : selector->matchers) {
        if (!is_regex(matcher)) continue;
        const Anchors anchors = anchors_of(matcher.value());
        if (anchors.begin == anchors.end || anchors.without.empty() || !is_literal(anchors.without)) continue;
        const std::string meant = anchors.begin ? anchors.without + ".*" : ".*" + anchors.without;
        say(format("{} matches {} itself, and not what {} with it", matcher.to_string(), model::quote(anchors.without),
                   anchors.begin ? "begins" : "ends"),
            format("write {}; a pattern is anchored at both ends as it is", model::quote(meant)));
      }
    }
  }
}

}  // namespace

RuleLint regex_anchor() {
  return {
      {.name = "regex-anchor",
       .summary = "^ or $ in a pattern that matches the whole value anyway",
       .doc = "code=~\"^5\" does not match 500: the pattern is anchored at both ends already, and so it is \"5\" and "
              "nothing else. Where the other end is open (^5.*) an anchor does no harm, and nothing is said.",
       .instead = "code=~\"5..\", or instance=~\"web.*\".",
       .why = "Prometheus puts each pattern between ^ and $ before it compiles it."},
      check};
}

}  // namespace firedrill::lint::rules
