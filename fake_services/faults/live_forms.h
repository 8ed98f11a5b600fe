// What each kind of fault is in the live world, where services are processes: a row a kind. One without a live form is
// refused there by its name, before anything starts; so is in the simulated world what it has no form for.
#pragma once

#include <optional>
#include <span>
#include <string_view>

#include "fake_services/faults/fault.h"
#include "fake_services/topology/topology.h"

namespace firedrill::fake_services {

enum class LiveForm {
  none,
  service,  // the replica's process itself does it
  process,  // it is done to the process: signals, exit codes, how it starts
  line,     // proxies on the connections do it
  clients,  // clients from outside do it
  monitor,  // whoever scrapes, evaluates and notifies obeys it
};
std::string_view to_string(LiveForm form);

struct LiveFormRow {
  std::string_view kind;
  LiveForm form = LiveForm::none;
  std::string_view what;  // what happens, as a clause; of `none` why there is nothing
};

// One row for each kind of fault_table(), in its order.
std::span<const LiveFormRow> live_forms();
const LiveFormRow& live_form(std::string_view kind);

// That of a fault of a scenario: what processes bring about for all who call them is done on the line where the target
// names one caller's connections.
LiveForm live_form(const FaultSpec& fault);

// Why a fault of a scenario cannot be had in the simulated world, and what would be right; nothing if it can.
std::optional<Misfit> simulated_misfit(const FaultSpec& fault);
// What of a kind cannot, as a clause; empty: nothing.
std::string_view not_simulated(const FaultKind& kind);

// Why a fault of a scenario cannot be had live, and what would be right; nothing if it can.
std::optional<Misfit> live_misfit(const FaultSpec& fault, const Topology& topology);

}  // namespace firedrill::fake_services
