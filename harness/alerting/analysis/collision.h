// Which series come to be one and the same where a rule's evaluation fails for it, and what to write instead.
#pragma once

#include <string>

#include "alerting/annotations/template_world.h"
#include "alerting/rule_file.h"
#include "promql/options.h"
#include "promql/queryable.h"

namespace firedrill::alerting {

struct RuleLooked {
  const Rule& rule;
  const promql::Queryable& data;
  const promql::Options& options;
  const TemplateWorld& world;
};

// Of an evaluation at `t` (less the query offset) that failed: the labels in which the series that collide differ, and
// a remedy. Empty where it failed for another reason.
std::string why_collides(const RuleLooked& looked, Time t);

}  // namespace firedrill::alerting
