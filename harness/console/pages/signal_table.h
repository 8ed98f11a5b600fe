// The golden signals of a service, and what else may run short in it: a row each, read from what was scraped. What has
// no series is not shown.
#pragma once

#include <span>
#include <string>
#include <string_view>

#include "console/pages/markup.h"
#include "reports/chart/scale.h"

namespace firedrill::console::pages {

struct SignalSpec {
  std::string_view id;
  std::string_view title;
  reports::Unit unit;
  std::string_view expression;  // of a service: $ stands for its name, quoted
  std::string_view each;        // the label by which its lines differ; empty: there is one
};

// In the order in which dashboards show them: latency, traffic, errors, saturation.
std::span<const SignalSpec> service_signals();
// The same over all services, a line each.
std::span<const SignalSpec> overview_signals();

std::string expression_of(const SignalSpec& signal, std::string_view service);

}  // namespace firedrill::console::pages
