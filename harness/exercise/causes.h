// What can go wrong with a production, as entries of a scenario: the causes that are tried for each alert.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "exercise/fitted_stand.h"
#include "fake_services/topology/topology.h"

namespace firedrill::exercise {

struct Cause {
  std::string kind;    // of fault_table()
  std::string where;   // "checkout", "postgres from checkout", "zone eu1-a", "the monitor"
  std::string fields;  // of the entry but for its id and times: "kind: crash, target: {service: checkout}"
  bool first = false;  // of its kind, in this production
  bool apart = false;  // it moves what exporters show of it, and nothing else
  std::string words() const { return kind + " of " + where; }
};

// A kind of fault and the parameters with which it is tried.
struct CauseKind {
  std::string_view kind;
  std::string_view parameters;
  std::string_view mode;  // of the replicas it hits; empty: all
};
std::span<const CauseKind> cause_kinds();

// Those that fit, the likeliest kinds first; of a kind first the one that most depends on.
std::vector<Cause> causes_of(const fake_services::Topology& topology);

// The cause that a level of trouble is; nothing where nothing of the production can be aimed at.
std::optional<Cause> cause_of(const ShownState& state, const fake_services::Topology& topology);

}  // namespace firedrill::exercise
