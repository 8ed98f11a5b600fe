// The kinds of faults there are, one row each, and the fields that all of them share.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "fake_services/faults/fault.h"
#include "fake_services/topology/topology.h"

namespace firedrill::fake_services {

std::span<const FaultKind> fault_table();
const FaultKind* find_fault(std::string_view name);

// id, kind, target, at, duration, ramp, probability, cured_by; inside: match. A fault's block holds these and its
// kind's own.
std::span<const FieldSpec> common_fault_fields();
// Those of a kind's faults beside the common ones: `per` where it may hit single connections, and its own.
std::vector<FieldSpec> further_fault_fields(const FaultKind& kind);
// The fields of a fault's block: all of these. Faults of the monitor have no target.
std::vector<FieldSpec> fault_fields(const FaultKind& kind);
// match: method, path.
std::span<const FieldSpec> fault_match_fields();
FaultMatch make_fault_match(const Fields& fields);
// pattern: every_n, first_n, duty_cycle and its period.
std::span<const FieldSpec> fault_pattern_fields();
FaultPattern make_fault_pattern(const Fields& fields);

// `fields` holds common and own fields together; the kind must be known.
FaultSpec make_fault(const FaultKind& kind, const Fields& fields, const FaultMatch& match,
                     const FaultPattern& pattern = {});

// What is wrong with a fault in this topology (unknown service, zone or dependency, more replicas than there are, a
// match that no route satisfies or on a kind that has no requests), and what would be right.
struct FaultProblem {
  std::string field;  // of the fault's block: target, match, …
  std::string what;
  std::string remedy;
};
std::vector<FaultProblem> validate(const FaultSpec& fault, const Topology& topology);

}  // namespace firedrill::fake_services
