// The activations that fired, found by their labels: what a notification says of an alert is said of one of them.
#pragma once

#include <map>
#include <optional>
#include <vector>

#include "record/record.h"

namespace firedrill::incident {

// Of a record, which must outlive it.
class Activations {
 public:
  explicit Activations(const record::Record& record);

  // The last of the labels that fired at or before a time; null if there is none.
  const record::AlertRecord* at(const model::Labels& labels, Time t) const;
  // When the next one of the same labels fired; nothing if there is none.
  std::optional<Time> next(const record::AlertRecord& alert) const;

 private:
  std::map<model::Labels, std::vector<const record::AlertRecord*>>
      by_labels_;  // in order of the time at which they fired
};

}  // namespace firedrill::incident
