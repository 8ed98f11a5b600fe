#include <array>

#include "lint/rule_lints.h"

// Every lint of rules, a row each, in the order in which lists and documentation have them. A row names the function
// that rules/<name>.cc defines, which no header declares.
#define FIREDRILL_RULE_LINTS(LINT) \
  LINT(absent_of_present)          \
  LINT(always_true)                \
  LINT(counter_without_rate)       \
  LINT(duplicate_rule)             \
  LINT(increase_equals)            \
  LINT(label_dropped)              \
  LINT(label_overwritten)          \
  LINT(nan_compared)               \
  LINT(never_fires)                \
  LINT(no_comparison)              \
  LINT(over_before_for)            \
  LINT(percent_twice)              \
  LINT(quantile_beyond_one)        \
  LINT(quantile_without_le)        \
  LINT(range_too_short)            \
  LINT(reads_later)                \
  LINT(record_labels)              \
  LINT(regex_anchor)               \
  LINT(regex_as_text)              \
  LINT(regex_glob)                 \
  LINT(runbook)                    \
  LINT(short_for)                  \
  LINT(stale_record)               \
  LINT(summary)                    \
  LINT(unknown_metric)             \
  LINT(value_in_label)             \
  LINT(vector_matching)

namespace firedrill::lint {

namespace rules {
#define FIREDRILL_DECLARE(lint) RuleLint lint();
FIREDRILL_RULE_LINTS(FIREDRILL_DECLARE)
#undef FIREDRILL_DECLARE
}  // namespace rules

std::span<const RuleLint> rule_lints() {
#define FIREDRILL_ROW(lint) rules::lint(),
  static const std::array kLints{FIREDRILL_RULE_LINTS(FIREDRILL_ROW)};
#undef FIREDRILL_ROW
  return kLints;
}

}  // namespace firedrill::lint
