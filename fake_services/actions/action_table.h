// The actions that there are, one row each, and what they are given.
#pragma once

#include <expected>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/fields.h"
#include "events/action.h"
#include "fake_services/actions/action.h"
#include "fake_services/topology/topology.h"

namespace firedrill::fake_services {

std::span<const ActionSpec> action_table();
const ActionSpec* find_action(std::string_view name);
// Null: begin and end of a fault, which no row has.
const ActionSpec* find_action(events::ActionKind kind);

// What is wrong with an argument, and what would be right.
struct ArgumentProblem {
  std::string argument;  // empty: one is missing
  std::string what;
  std::string remedy;
};
// Texts as values by the action's table; every problem at once.
std::expected<Fields, std::vector<ArgumentProblem>> read_arguments(const ActionSpec& action,
                                                                   const events::Arguments& arguments);

// The action with its values, by whom is said later. The fields may hold others besides.
events::Action make_action(const ActionSpec& action, std::string subject, const Fields& arguments);
// Its arguments as values; they must be right.
Fields arguments_of(const ActionSpec& action, const events::Action& taken);

// Why it cannot be done to that in this topology: there is none, it is not ours, it lacks what the action is about.
// `what` is a sentence of its own.
std::optional<Misfit> misfit(const ActionSpec& action, const std::string& subject, const Fields& arguments,
                             const Topology& topology);

// The nodes that there are: one for each zone, or the only one.
std::vector<std::string> node_names(const Topology& topology);

}  // namespace firedrill::fake_services
