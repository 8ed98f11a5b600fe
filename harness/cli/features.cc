#include "cli/features.h"

#include <algorithm>
#include <array>
#include <string_view>

#include "base/text/escape.h"
#include "base/text/format.h"
#include "cli/console.h"

namespace firedrill::cli {
namespace {

constexpr std::array<std::string_view, 3> kTaken = {"promql-experimental-functions", "promql-delayed-name-removal",
                                                    "promql-duration-expr"};
// Prometheus has them, and they change what expressions mean.
constexpr std::array<std::string_view, 5> kNotSupported = {"promql-extended-range-selectors",
                                                           "promql-binop-fill-modifiers", "type-and-unit-labels",
                                                           "use-start-timestamps", "native-histograms"};

bool among(const auto& list, std::string_view name) {
  return std::ranges::find(list, name) != list.end();
}

}  // namespace

void Features::declare(Arguments& arguments) {
  arguments
      .option(
          "--enable-feature", names,
          "as Prometheus: promql-experimental-functions, promql-delayed-name-removal, promql-duration-expr (of 3.5)")
      .separated_by(',');
}

void Features::apply(promql::Options& options) const {
  options.experimental_functions = among(names, kTaken[0]);
  options.delayed_name_removal = among(names, kTaken[1]);
  options.duration_expressions = among(names, kTaken[2]);
}

void Features::warn_of_others() const {
  for (const std::string& name : names) {
    if (among(kTaken, name)) continue;
    print_err(format("firedrill: warning: --enable-feature {}: {}, and ignored\n", printable(name),
                     among(kNotSupported, name) ? "not supported" : "unknown"));
  }
}

}  // namespace firedrill::cli
