// A rule as a record has it before it has been evaluated.
#pragma once

#include "alerting/rule_file.h"
#include "record/monitoring.h"

namespace firedrill::monitor {

// `interval`: between evaluations of the group.
record::RuleRecord rule_record(const alerting::RuleGroup& group, const alerting::Rule& rule, Duration interval);

}  // namespace firedrill::monitor
