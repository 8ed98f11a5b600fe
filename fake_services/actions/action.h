// What people do against an incident: each kind is a file of actions/kinds and a row of action_table.h. An action pulls
// levers of the world (levers.h), as its people would; whether it helped is read from the traffic, never from what it
// was meant to do.
#pragma once

#include <expected>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "base/fields.h"
#include "base/time.h"
#include "events/action.h"
#include "fake_services/actions/levers.h"
#include "fake_services/faults/fault.h"
#include "fake_services/faults/observation.h"
#include "fake_services/topology/topology.h"

namespace firedrill::fake_services {

// What an action is done to: events::Action::subject is its name. What is done to an alert or says a severity does
// nothing to the world: the Alertmanager and the people on call obey it.
enum class ActionTarget { service, node, alert, severity };
std::string_view to_string(ActionTarget target);

// When a fault is over whose cause an action removes.
enum class Removal {
  at_once,
  with_pods,     // of each replica when its process is a new one
  with_version,  // when another version is asked for than the one that is there
};

struct ActionSpec {
  events::ActionKind kind;
  std::string_view name;     // as files have it
  std::string_view summary;  // one line
  std::string_view doc;      // a paragraph: what it does, what it cures, what shows that it helped
  ActionTarget target = ActionTarget::service;
  std::span<const FieldSpec> fields{};        // what it is given beside its target
  std::span<const std::string_view> cures{};  // the kinds of faults at its target whose cause it removes
  bool cures_connections = false;             // also of those that hit connections to its target
  Removal removal = Removal::at_once;
  bool live = false;                                 // it can be done where services are processes
  Duration takes{};                                  // from when it is begun to when it has its effect
  Duration shows_within = std::chrono::minutes(10);  // of its effect: later it has not helped
  // Why the service cannot take it, as a sentence about it: "it has no disk". Null: every service of our own can.
  std::optional<Misfit> (*misfit)(const ServiceSpec& service, const Fields& arguments) = nullptr;
  // What its arguments say together that they cannot. Null: nothing.
  std::optional<FieldProblem> (*check)(const Fields& arguments) = nullptr;
  // Pulls the levers; the error says why that cannot be, and nothing has happened then. Null: it cures, and that is
  // all.
  std::expected<void, std::string> (*pull)(Levers& levers, const std::string& target,
                                           const Fields& arguments) = nullptr;
  // What shows that it helped, in words, given what was seen in the minutes before it and in the last of those since;
  // nothing: it does not show. And what was seen instead. Null of what does nothing to the world.
  std::optional<std::string> (*symptom)(const Observation& before, const Observation& after,
                                        std::string_view target) = nullptr;
  std::string (*unseen)(const Observation& before, const Observation& after, std::string_view target) = nullptr;

  bool is_of_world() const { return target == ActionTarget::service || target == ActionTarget::node; }
};

// Whether it removes the fault's cause: as the scenario says it of the fault, else as the row says it of the kind.
bool cures(const ActionSpec& action, const FaultSpec& fault);

}  // namespace firedrill::fake_services
