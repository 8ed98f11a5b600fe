#include <cctype>

#include "base/text/format.h"
#include "lint/rule_lints.h"

namespace firedrill::lint::rules {

using alerting::Rule;

namespace {

bool is_plain(char c) {
  return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '-' || c == '_' || c == '/' || c == ':';
}

// Where a plain character is followed by a star that ends the pattern or an alternative of it: as a glob it stands for
// any text there, as a regular expression for any number of that character.
std::size_t glob_star(std::string_view pattern) {
  for (std::size_t i = 1; i < pattern.size(); ++i) {
    if (pattern[i] != '*' || !is_plain(pattern[i - 1])) continue;
    const bool ends = i + 1 == pattern.size() || pattern[i + 1] == '|' || pattern[i + 1] == ')';
    const bool escaped = i >= 2 && pattern[i - 2] == '\\';
    if (ends && !escaped) return i;
  }
  return std::string_view::npos;
}

void check(const RuleLintInput& input, std::vector<RuleFinding>& findings) {
  for (const LintedRule& linted : input.rules) {
    const Rule& rule = linted.rule;
    for (const promql::VectorSelector* selector : promql::selectors(*rule.expression)) {
      for (const model::Matcher& matcher : selector->matchers) {
        if (matcher.op() != model::MatchOp::regex && matcher.op() != model::MatchOp::not_regex) continue;
        const std::size_t at = glob_star(matcher.value());
        // Inside brackets a star is itself.
        if (at == std::string_view::npos || matcher.value().find('[') < at) continue;
        std::string meant = matcher.value();
        meant.insert(at, 1, '.');
        const char before = matcher.value()[at - 1];
        findings.push_back(
            {&rule, locate(rule.expr, selector->where.begin, selector->where.end - selector->where.begin),
             format("{} is a regular expression, in which {}* is any number of {}, and not what begins with it",
                    matcher.to_string(), before, before),
             format("write {}", model::quote(meant))});
      }
    }
  }
}

}  // namespace

RuleLint regex_glob() {
  return {
      {.name = "regex-glob",
       .summary = "a glob where a regular expression is expected",
       .doc =
           "code=~\"5*\" matches \"\", \"5\" and \"55\", and not \"500\": in a regular expression a star repeats what "
           "stands before it.",
       .instead = "code=~\"5.*\", or \"5..\".",
       .why = "Matchers =~ and !~ take RE2's regular expressions, and no globs."},
      check};
}

}  // namespace firedrill::lint::rules
