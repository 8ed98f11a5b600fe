// Which labels recorded series have: what their rules' expressions give, and the labels that the rules add.
#pragma once

#include <span>

#include "alerting/analysis/label_flow.h"
#include "alerting/rule_file.h"

namespace firedrill::alerting {

// By name, of the names with a colon: others may be scraped as well. Several rules of one name record what any of them
// does. Of a rule whose own name is in the circle of what it reads nothing is known.
RecordedLabels recorded_labels(std::span<const Rule* const> rules);

// Of the series that one rule records.
LabelFlow labels_recorded_by(const Rule& rule, const RecordedLabels& others);

// The same where what reads the series may add labels to all of them, as Thanos does with those of its ruler: any but
// those that tell a target or a sample of it apart (instance, le, quantile).
LabelFlow with_labels_added(LabelFlow flow);
RecordedLabels with_labels_added(RecordedLabels recorded);

}  // namespace firedrill::alerting
