#include <algorithm>
#include <array>

#include "base/text/format.h"
#include "lint/rule_lints.h"

namespace firedrill::lint::rules {

using alerting::Rule;
using model::MatchOp;

namespace {

// Labels of which it is known what their values never hold.
constexpr std::array<std::string_view, 4> kStatus = {"code", "http_status", "status", "status_code"};
constexpr std::array<std::string_view, 8> kOfKubernetes = {"container", "daemonset", "deployment", "namespace",
                                                           "node",      "pod",       "replicaset", "statefulset"};

bool is_pattern(const model::Matcher& matcher) {
  const auto is = [&](std::string_view label) { return label == matcher.name(); };
  std::string_view never;
  if (std::ranges::any_of(kStatus, is)) never = "^$*+[]|()?\\.";
  if (std::ranges::any_of(kOfKubernetes, is)) never = "^$*+[]|()?\\";
  return !never.empty() && matcher.value().find_first_of(never) != std::string::npos;
}

// `web-*` means any text behind it, which a regular expression writes `.*`.
std::string as_pattern(std::string_view text) {
  std::string pattern;
  for (const char c : text) {
    if (c == '*' && (pattern.empty() || (pattern.back() != '.' && pattern.back() != ']' && pattern.back() != ')'))) {
      pattern += '.';
    }
    pattern += c;
  }
  return pattern;
}

void check(const RuleLintInput& input, std::vector<RuleFinding>& findings) {
  for (const LintedRule& linted : input.rules) {
    const Rule& rule = linted.rule;
    for (const promql::VectorSelector* selector : promql::selectors(*rule.expression)) {
      for (const model::Matcher& matcher : selector->matchers) {
        const bool equal = matcher.op() == MatchOp::equal;
        if ((!equal && matcher.op() != MatchOp::not_equal) || !is_pattern(matcher)) continue;
        findings.push_back({&rule,
                            locate(rule.expr, selector->where.begin, selector->where.end - selector->where.begin),
                            format("{} compares with the text {} as it stands, and no {} looks so", matcher.to_string(),
                                   model::quote(matcher.value()), matcher.name()),
                            format("for a regular expression write {}{}{}", matcher.name(), equal ? "=~" : "!~",
                                   model::quote(as_pattern(matcher.value())))});
      }
    }
  }
}

}  // namespace

RuleLint regex_as_text() {
  return {
      {.name = "regex-as-text",
       .summary = "a pattern is compared as a text",
       .doc =
           "code=\"5..\" asks for a label that is \"5..\", three characters as they stand. It is said of labels whose "
           "values never look so: status codes, and the names of Kubernetes' objects.",
       .instead = "code=~\"5..\".",
       .why = "= and != compare texts, =~ and !~ match regular expressions."},
      check};
}

}  // namespace firedrill::lint::rules
