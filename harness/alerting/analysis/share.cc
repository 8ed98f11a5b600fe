#include "alerting/analysis/share.h"

#include <algorithm>
#include <array>

#include "alerting/analysis/never_negative.h"
#include "promql/functions/functions.h"

namespace firedrill::alerting {
namespace {

using promql::as;
using promql::Expr;
using promql::Kind;

constexpr std::array<std::string_view, 3> kIncreases = {"increase", "irate", "rate"};

bool same_time(const promql::Modifiers& a, const promql::Modifiers& b) {
  return a.offset == b.offset && a.at == b.at && a.time == b.time;
}

// Every matcher of the whole is one of the part's, so that the part's series are among the whole's.
bool selects_part(const promql::VectorSelector& part, const promql::VectorSelector& whole) {
  if (part.name.empty() || part.name != whole.name || !same_time(part.modifiers, whole.modifiers)) return false;
  return std::ranges::all_of(whole.matchers, [&](const model::Matcher& matcher) {
    return std::ranges::find(part.matchers, matcher) != part.matchers.end();
  });
}

// rate(x{…}[5m]) of both, and nothing else.
bool increases_of_part(const Expr& part, const Expr& whole) {
  const Expr& a = promql::unwrap(part);
  const Expr& b = promql::unwrap(whole);
  if (a.kind != Kind::call || b.kind != Kind::call) return false;
  const auto& left = as<promql::Call>(a);
  const auto& right = as<promql::Call>(b);
  if (left.function != right.function || std::ranges::find(kIncreases, left.function->name) == kIncreases.end()) {
    return false;
  }
  if (left.arguments[0]->kind != Kind::matrix_selector || right.arguments[0]->kind != Kind::matrix_selector) {
    return false;
  }
  const auto& window = as<promql::MatrixSelector>(*left.arguments[0]);
  const auto& other = as<promql::MatrixSelector>(*right.arguments[0]);
  return window.range == other.range && never_negative(*window.vector) && selects_part(*window.vector, *other.vector);
}

}  // namespace

bool is_share(const Expr& expression) {
  const Expr& root = promql::unwrap(expression);
  if (root.kind != Kind::binary) return false;
  const auto& ratio = as<promql::Binary>(root);
  if (ratio.op != promql::BinaryOp::div || !ratio.matching) return false;
  const Expr& part = promql::unwrap(*ratio.lhs);
  const Expr& whole = promql::unwrap(*ratio.rhs);
  if (part.kind != Kind::aggregate || whole.kind != Kind::aggregate) return false;
  const auto& above = as<promql::Aggregate>(part);
  const auto& below = as<promql::Aggregate>(whole);
  if (above.op != promql::AggregateOp::sum || below.op != promql::AggregateOp::sum) return false;
  if (above.without != below.without) return false;
  std::vector<std::string> labels = above.grouping;
  std::vector<std::string> others = below.grouping;
  std::ranges::sort(labels);
  std::ranges::sort(others);
  // Matched by fewer labels than they are summed by, a part may meet another part's whole.
  if (labels != others || ratio.matching->cardinality != promql::Cardinality::one_to_one) return false;
  if (ratio.matching->on || !ratio.matching->labels.empty()) {
    std::vector<std::string> matched = ratio.matching->labels;
    std::ranges::sort(matched);
    if (!ratio.matching->on || above.without || matched != labels) return false;
  }
  return increases_of_part(*above.inner, *below.inner);
}

}  // namespace firedrill::alerting
