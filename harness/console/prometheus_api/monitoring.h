// What Prometheus's API answers from: a monitoring server at a time that stands still while it is asked. A session is
// one (session_monitoring.h), and so is whatever else has series and rules.
#pragma once

#include <vector>

#include "base/time.h"
#include "console/observation.h"
#include "promql/options.h"
#include "promql/queryable.h"

namespace firedrill::console {

class Monitoring {
 public:
  virtual ~Monitoring() = default;

  virtual Time now() const = 0;
  // Samples up to now and no later; valid until time goes on.
  virtual const promql::Queryable& series() const = 0;
  // Semantics, and the interval of subqueries without a step.
  virtual promql::Options promql() const = 0;
  virtual Duration scrape_interval() const = 0;
  virtual std::vector<RuleGroupView> rule_groups() const = 0;
  virtual std::vector<TargetView> targets() const = 0;
  virtual std::vector<MetricView> metrics() const = 0;
};

}  // namespace firedrill::console
