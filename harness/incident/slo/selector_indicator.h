// The indicators of SLO files of our own: requests and failures by the selectors of a command line.
#pragma once

#include <string>
#include <vector>

#include "base/result.h"
#include "incident/slo/indicator.h"
#include "incident/slo/slo_rule_options.h"
#include "model/matcher.h"

namespace firedrill::incident {

// A metric with its matchers.
struct Selector {
  std::string name;
  std::vector<model::Matcher> matchers;  // without the name's

  const model::Matcher* on(std::string_view label) const;
  Selector with(std::string_view label, model::MatchOp op, std::string value) const;
  Selector with(const std::vector<model::Matcher>& more) const;
  // checkout:requests{service="checkout"}, the name in quotes among the matchers where PromQL asks for that.
  std::string text() const;
};

struct Selectors {
  Selector requests, errors, latency;
};
Result<Selectors> read_selectors(const SloRuleOptions& options);

struct MadeIndicator {
  Indicator indicator;
  std::string service;  // the SLO's, else what the selector says
  std::string bad;      // what a bad request did: "failed", "took longer than 250ms"
};
// Errors: a latency threshold above the histogram's bounds. Warnings: an SLO without a service, a threshold between two
// bounds.
Result<MadeIndicator> make_indicator(const PlacedSlo& placed, const Selectors& selectors, const SloRuleOptions& options,
                                     Diagnostics& warnings);

}  // namespace firedrill::incident
