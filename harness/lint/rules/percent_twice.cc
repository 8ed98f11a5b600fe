#include <algorithm>
#include <charconv>
#include <optional>
#include <string>
#include <vector>

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

// A text with the value in it, as a reader sees it.
std::optional<std::string> shown(const alerting::Template& text, double value) {
  // What loops takes its time, and what asks the store has no answer here.
  if (text.constant() || text.calls_query() || !text.depends_on_value()) return std::nullopt;
  for (const std::string_view word : {"range", "define", "template", "block"}) {
    if (text.text().contains(word)) return std::nullopt;
  }
  const alerting::TemplateWorld world;
  const model::Labels labels;
  auto rendered = text.try_render({labels, value}, world, Time{});
  return rendered ? std::optional(*std::move(rendered)) : std::nullopt;
}

// The numbers that stand before a percent sign, with a blank between at most; in front of two signs as a minus.
std::vector<double> percentages(const std::string& text) {
  std::vector<double> found;
  for (std::size_t sign = text.find('%'); sign != std::string::npos; sign = text.find('%', sign + 1)) {
    std::size_t end = sign;
    if (end > 0 && text[end - 1] == ' ') --end;
    std::size_t begin = end;
    while (begin > 0 && (text[begin - 1] == '.' || (text[begin - 1] >= '0' && text[begin - 1] <= '9'))) --begin;
    double number = 0;
    const auto [last, error] = std::from_chars(text.data() + begin, text.data() + end, number);
    if (begin < end && error == std::errc() && last == text.data() + end) found.push_back(number);
  }
  return found;
}

// Two values whose digits no text has by chance. Whatever an annotation makes of them, it makes of others.
constexpr double kFirst = 12.34;
constexpr double kSecond = 67.89;

// It writes the value times `factor` before a percent sign, rounded or not.
bool writes_percent(const alerting::Template& text, double factor) {
  const auto first = shown(text, kFirst);
  const auto second = shown(text, kSecond);
  if (!first || !second) return false;
  const auto near = [&](const std::string& written, double value) {
    return std::ranges::any_of(percentages(written), [&](double number) {
      return number > value * factor - 0.5 * factor && number < value * factor + 0.5 * factor;
    });
  };
  return near(*first, kFirst) && near(*second, kSecond);
}

// 5%% for 5: humanizePercentage has written one.
bool writes_two_signs(const alerting::Template& text) {
  const auto first = shown(text, kFirst);
  const auto second = shown(text, kSecond);
  return first && second && first->contains("1234%%") && second->contains("6789%%");
}

bool found_in(const std::string& text, std::string_view pattern) {
  const auto regex = Regex::compile("(?s).*" + std::string(pattern) + ".*");
  return regex && regex->matches(text);
}

// {{ query "…" | first | value | humanizePercentage }}%, whose value is not known here.
constexpr std::string_view kSignBehind = R"(humanizePercentage\s*-?\}\}\s?%)";

void check(const RuleLintInput& input, std::vector<RuleFinding>& findings) {
  for (const LintedRule& linted : input.rules) {
    const Rule& rule = linted.rule;
    if (!rule.alert) continue;
    const bool percentage = is_percentage(*rule.expression);
    const bool share = alerting::is_share(alerting::filtered(*rule.expression));
    for (std::size_t i = 0; i < rule.annotations.size(); ++i) {
      const NamedText& annotation = rule.annotations[i];
      const alerting::Template& text = rule.annotation_templates[i];
      const auto say = [&](std::string what, std::string remedy) {
        findings.push_back({&rule, annotation.where.source ? annotation.where : annotation.text.where, std::move(what),
                            std::move(remedy)});
      };
      if (percentage && writes_percent(text, 100)) {
        say(format("the annotation {} multiplies by 100 what the expression has multiplied by 100: it says 1234% for "
                   "12.34%",
                   annotation.name),
            "leave the 100 out of the expression, or write {{ $value | humanize }}%");
      } else if (writes_two_signs(text) || found_in(annotation.text.value, kSignBehind)) {
        say(format("the annotation {} writes a percent sign behind humanizePercentage, which writes one itself",
                   annotation.name),
            "leave the sign out");
      } else if (share && writes_percent(text, 1)) {
        say(format("the annotation {} calls a share of 1 percent: it says 0.05% for 5%", annotation.name),
            "write {{ $value | humanizePercentage }}");
      }
    }
  }
}

}  // namespace

RuleLint percent_twice() {
  return {{.name = "percent-twice",
           .summary = "a percentage is multiplied by 100 twice, or not at all",
           .doc = "An annotation applies humanizePercentage to what the expression has already multiplied by 100, "
                  "writes a percent sign behind it, or behind the plain value of what is a share of 1. What the "
                  "template makes of a value counts, and not how it is written.",
           .instead = "The plain ratio in the expression, and {{ $value | humanizePercentage }} in the annotation.",
           .why = "humanizePercentage multiplies by 100 and adds the sign."},
          check};
}

}  // namespace firedrill::lint::rules
