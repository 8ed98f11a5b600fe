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

}  // namespace

std::vector<Window> windows_of_two(const promql::Expr& expression) {
  std::vector<Window> found;
  promql::walk(expression, [&](const promql::Expr& node) {
    if (node.kind != promql::Kind::call) return;
    const auto& call = promql::as<promql::Call>(node);
    const bool empty = std::ranges::find(kEmpty, call.function->name) != kEmpty.end();
    if (!empty && std::ranges::find(kZero, call.function->name) == kZero.end()) return;
    const promql::Expr& window = promql::unwrap(*call.arguments[0]);
    if (window.kind != promql::Kind::matrix_selector) return;
    found.push_back({&call, &promql::as<promql::MatrixSelector>(window), empty});
  });
  return found;
}

bool holds_one_sample(const promql::MatrixSelector& selector, Duration interval, promql::Version version) {
  return version == promql::Version::v2 ? selector.range < interval : selector.range <= interval;
}

}  // namespace firedrill::alerting
