// `responders:` of a scenario: who answers pages, and what they do.
#pragma once

#include <span>
#include <string>
#include <vector>

#include "fake_services/actions/action.h"
#include "oncall/responders/responder.h"
#include "yaml/decode.h"

namespace firedrill::scenario {

extern const yaml::Block kResponderBlock;

// As written, before it is held against the topology and the on-call file.
struct ResponderEntry {
  struct Action {
    Duration after{};
    const fake_services::ActionSpec* spec = nullptr;
    std::string subject{};
    Position subject_at{};
    Fields arguments{};
    Position where{};
  };
  oncall::Responder responder{};  // without its actions
  std::vector<Action> actions{};
  Position person_at{};
  Position policy_at{};
};

// Entries with an error are left out; it has been told.
std::vector<ResponderEntry> make_responders(std::span<const yaml::DecodedBlock> blocks, Diagnostics& diagnostics);

// What an entry of `actions` may say, of each kind.
std::vector<FieldSpec> scripted_action_fields(const fake_services::ActionSpec& action);

}  // namespace firedrill::scenario
