#include <string>

#include "alerting/analysis/comparisons.h"
#include "alerting/analysis/share.h"
#include "base/text/format.h"
#include "base/text/regex.h"
#include "lint/rule_lints.h"

namespace firedrill::lint::rules {

using alerting::NamedText;
using alerting::Rule;
using promql::BinaryOp;
using promql::Expr;
using promql::Kind;

namespace {

// A ratio times 100, below what filters and what is said of no number.
bool is_percentage(const Expr& expression) {
  const Expr& node = alerting::filtered(expression);
  if (node.kind != Kind::binary) return false;
  const auto& binary = promql::as<promql::Binary>(node);
  const auto has_ratio = [](const Expr& part) {
    bool ratio = false;
    promql::walk(part, [&](const Expr& each) {
      ratio = ratio || (each.kind == Kind::binary && promql::as<promql::Binary>(each).op == BinaryOp::div);
    });
    return ratio;
  };
  // As in 100 * a / b, too: then the ratio is the whole.
  if (binary.op == BinaryOp::div) {
    const Expr& above = promql::unwrap(*binary.lhs);
    if (above.kind != Kind::binary || binary.rhs->type != promql::ValueType::vector) return false;
    const auto& product = promql::as<promql::Binary>(above);
    if (product.op != BinaryOp::mul) return false;
    return alerting::constant(*product.lhs) == 100.0 || alerting::constant(*product.rhs) == 100.0;
  }
  if (binary.op != BinaryOp::mul) return false;
  if (alerting::constant(*binary.lhs) == 100.0) return has_ratio(*binary.rhs);
  return alerting::constant(*binary.rhs) == 100.0 && has_ratio(*binary.lhs);
}

bool found_in(const std::string& text, std::string_view pattern) {
  const auto regex = Regex::compile("(?s).*" + std::string(pattern) + ".*");
  return regex && regex->matches(text);
}

// {{ $value | humanizePercentage }}, whatever stands in between that does not change the number.
constexpr std::string_view kPercentageOfValue = R"(\{\{-?\s*(\$value|\.Value)\s*\|\s*humanizePercentage\s*-?\}\})";
constexpr std::string_view kSignBehind = R"(humanizePercentage\s*-?\}\}\s?%)";
// {{ $value }}%, {{ $value | humanize }} %, {{ printf "%.2f" $value }}%.
constexpr std::string_view kValueAndSign =
    R"(\{\{-?\s*((\$value|\.Value)(\s*\|\s*(humanize|printf "[^"]*"))?|printf "[^"%]*%[.0-9]*f" (\$value|\.Value))\s*-?\}\}\s?%)";

void check(const RuleLintInput& input, std::vector<RuleFinding>& findings) {
  for (const LintedRule& linted : input.rules) {
    const Rule& rule = linted.rule;
    if (!rule.alert) continue;
    const bool percentage = is_percentage(*rule.expression);
    const bool share = alerting::is_share(alerting::filtered(*rule.expression));
    for (const NamedText& annotation : rule.annotations) {
      const std::string& text = annotation.text.value;
      const auto say = [&](std::string what, std::string remedy) {
        findings.push_back({&rule, annotation.where.source ? annotation.where : annotation.text.where, std::move(what),
                            std::move(remedy)});
      };
      if (percentage && found_in(text, kPercentageOfValue)) {
        say(format("the annotation {} multiplies by 100 what the expression has multiplied by 100: it says 1234% for "
                   "12.34%",
                   annotation.name),
            "leave the 100 out of the expression, or write {{ $value | humanize }}%");
      } else if (found_in(text, kSignBehind)) {
        say(format("the annotation {} writes a percent sign behind humanizePercentage, which writes one itself",
                   annotation.name),
            "leave the sign out");
      } else if (share && found_in(text, kValueAndSign)) {
        say(format("the annotation {} calls a share of 1 percent: it says 0.05% for 5%", annotation.name),
            "write {{ $value | humanizePercentage }}");
      }
    }
  }
}

}  // namespace

RuleLint percent_twice() {
  return {
      {.name = "percent-twice",
       .summary = "a percentage is multiplied by 100 twice, or not at all",
       .doc = "An annotation applies humanizePercentage to what the expression has already multiplied by 100, writes a "
              "percent sign behind it, or behind the plain value of what is a share of 1.",
       .instead = "The plain ratio in the expression, and {{ $value | humanizePercentage }} in the annotation.",
       .why = "humanizePercentage multiplies by 100 and adds the sign."},
      check};
}

}  // namespace firedrill::lint::rules
