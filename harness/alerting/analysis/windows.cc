#include "alerting/analysis/windows.h"

#include <algorithm>
#include <array>

#include "promql/functions/functions.h"

namespace firedrill::alerting {
namespace {

constexpr std::array<std::string_view, 9> kEmpty = {"delta",        "deriv",          "double_exponential_smoothing",
                                                    "holt_winters", "idelta",         "increase",
                                                    "irate",        "predict_linear", "rate"};
constexpr std::array<std::string_view, 4> kZero = {"changes", "resets", "stddev_over_time", "stdvar_over_time"};

// Visits the calls of such functions: the call, the window that it takes, and whether one sample gives nothing.
template <typename Visitor>
void visit_windows(const promql::Expr& expression, const Visitor& visit) {
  promql::walk(expression, [&](const promql::Expr& node) {
    if (node.kind != promql::Kind::call) return;
    const auto& call = promql::as<promql::Call>(node);
    const bool empty = std::ranges::find(kEmpty, call.function->name) != kEmpty.end();
    if (!empty && std::ranges::find(kZero, call.function->name) == kZero.end()) return;
    visit(call, promql::unwrap(*call.arguments[0]), empty);
  });
}

}  // namespace

std::vector<Window> windows_of_two(const promql::Expr& expression) {
  std::vector<Window> found;
  visit_windows(expression, [&](const promql::Call& call, const promql::Expr& window, bool empty) {
    if (window.kind != promql::Kind::matrix_selector) return;
    found.push_back({&call, &promql::as<promql::MatrixSelector>(window), empty});
  });
  return found;
}

std::vector<SubqueryWindow> subqueries_of_two(const promql::Expr& expression) {
  std::vector<SubqueryWindow> found;
  visit_windows(expression, [&](const promql::Call& call, const promql::Expr& window, bool empty) {
    if (window.kind != promql::Kind::subquery) return;
    found.push_back({&call, &promql::as<promql::Subquery>(window), empty});
  });
  return found;
}

bool holds_one(Duration range, Duration interval, promql::Version version) {
  return version == promql::Version::v2 ? range < interval : range <= interval;
}

bool holds_one_sample(const promql::MatrixSelector& selector, Duration interval, promql::Version version) {
  return holds_one(selector.range, interval, version);
}

}  // namespace firedrill::alerting
