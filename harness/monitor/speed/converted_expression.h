// A PromQL expression for a Prometheus that goes by the machine's clock while the incident that it watches passes
// faster: rewritten so that it gives what the original would give if the incident passed in real time.
//
// Requests take their own time and come as often as ever, so that rates, ratios and quantiles of them are what they
// are; windows shrink. What is counted over a window is multiplied, a rate of what happens by the incident's time is
// divided, and instants are the incident's.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "fake_services/telemetry/metric_scale.h"
#include "monitor/speed/run_times.h"
#include "promql/parse/ast.h"

namespace firedrill::monitor {

// What is known of the series of a name.
struct SeriesScale {
  SeriesScale(fake_services::MetricScale of) : is(of), of_requests(of == fake_services::MetricScale::request_count) {}
  fake_services::MetricScale is;
  bool guessed = false;                    // from the name alone: what exposes it is not there yet
  bool of_requests;                        // its values come from counts of requests, perhaps through rules that record
  bool at_times = false;                   // a rule records it while a comparison of such values holds
  bool disputed = false;                   // some of those that expose it count requests by it, and others do not
  std::vector<std::string> instants_of{};  // jobs of programs of which it tells an instant of the machine's clock
};
using ScaleOfName = std::function<SeriesScale(std::string_view name)>;

struct ConvertedExpression {
  promql::ExprPtr expression;
  std::vector<std::string> converted;   // what beside durations, each once, in the order of the text
  std::vector<std::string> refused;     // what cannot be at any speed but 1, whoever evaluates it, and why
  std::vector<std::string> unwritable;  // what has no other form, where the expression has to be rewritten
  bool reads_clock = false;             // it is another for other RunTimes of the same speed
};

ConvertedExpression convert(const promql::Expr& expression, const RunTimes& times, const ScaleOfName& scale_of);

}  // namespace firedrill::monitor
