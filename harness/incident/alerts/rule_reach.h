// How far back an alert's rule can look: for as long after the end of an incident it may still tell of it.
#pragma once

#include <map>
#include <optional>

#include "record/record.h"

namespace firedrill::incident {

// Of the rules of one record, which must outlive this.
class RuleReach {
 public:
  explicit RuleReach(const record::Record& record) : record_(record) {}

  // The longest of the rules that can have raised the alert: those of its name and group whose own labels it has.
  // Ranges and offsets of recording rules that a rule reads, and their intervals, are added to its own. Nothing if
  // there is no end to it (an absolute @, a rule that reads itself, ALERTS) or no such rule is known.
  std::optional<Duration> of(const record::AlertRecord& alert);

 private:
  using Reach = std::optional<Duration>;
  Reach of(const record::RuleRecord& rule);
  Reach computed(const record::RuleRecord& rule);

  const record::Record& record_;
  std::map<const record::RuleRecord*, Reach> known_;
};

}  // namespace firedrill::incident
