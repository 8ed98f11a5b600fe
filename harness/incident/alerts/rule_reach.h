// How far back an alert's rule can look: for as long after the end of an incident it may still tell of it.
#pragma once

#include <map>
#include <optional>

#include "incident/record.h"

namespace firedrill::incident {

// Of the rules of one record, which must outlive this.
class RuleReach {
 public:
  explicit RuleReach(const Record& record) : record_(record) {}

  // The longest of the rules that can have raised the alert: those of its name and group whose own labels it has.
  // Ranges and offsets of recording rules that a rule reads, and their intervals, are added to its own. Nothing if
  // there is no end to it (an absolute @, a rule that reads itself, ALERTS) or no such rule is known.
  std::optional<Duration> of(const AlertRecord& alert);

 private:
  using Reach = std::optional<Duration>;
  Reach of(const RuleRecord& rule);
  Reach computed(const RuleRecord& rule);

  const Record& record_;
  std::map<const RuleRecord*, Reach> known_;
};

}  // namespace firedrill::incident
