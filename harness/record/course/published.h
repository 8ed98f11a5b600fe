// The course of an incident that somebody has published, which a scenario retells, and how a run compares with it.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "base/diagnostic.h"
#include "base/time.h"

namespace firedrill::record {

// What of a run stands for something that was published: the first time of its kind.
struct Counterpart {
  // incident: a time of an incident; alert: it fires; begins, ends: a fault does; action: somebody takes it.
  std::string kind{};
  std::string name{};               // detected, acknowledged, …; the alert; the fault; the action
  std::optional<std::string> of{};  // the incident (absent: the first), or what the action is done to (absent: any)
  bool operator==(const Counterpart&) const = default;
};

struct PublishedTime {
  Duration after{};                   // since the beginning of the fault from which they count; may be negative
  std::string what{};                 // in the scenario's own words
  std::optional<Counterpart> here{};  // absent: it is shown, and nothing is compared with it
  Position where{};                   // in the scenario; of a record that was read, nowhere
};

struct Published {
  std::string source{};                // what was published, in words
  std::string from{};                  // the fault from whose beginning times count
  std::string since = "injected";      // injected: from there; breached: from when the first incident broke
  double factor = 2;                   // within which times are to agree
  std::vector<PublishedTime> times{};  // in their order
  Position where{};
};

// A published time beside what it was in this run.
struct CourseStep {
  std::string what{};
  Duration after{};                       // as published
  std::optional<Time> here_at{};          // absent: it did not happen, or nothing is compared with it
  std::string standing = "not compared";  // not compared | agrees | earlier | later | out of order | missing
  bool operator==(const CourseStep&) const = default;
};

}  // namespace firedrill::record
