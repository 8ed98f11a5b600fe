// What is asked of a team that tells others of its incidents: how soon, how often, in which words.
#pragma once

#include <array>
#include <memory>
#include <optional>
#include <span>

#include "base/fields.h"
#include "base/time.h"
#include "oncall/communication/templates.h"
#include "record/severity.h"
#include "yaml/decode.h"

namespace firedrill::oncall {

// How often there is an update, P0 to P3; of none: that is left to the team.
using Cadence4 = std::array<std::optional<Duration>, 4>;

struct CommunicationPolicy {
  // The mildest severity of which the status page tells; what is milder is told inside.
  record::SeverityLevel public_up_to = record::SeverityLevel::p2;
  // Since the acknowledgement.
  std::array<Duration, 4> first_post{Duration{5min}, Duration{5min}, Duration{5min}, Duration{30min}};
  Cadence4 cadence{Duration{30min}, Duration{1h}, Duration{4h}, std::nullopt};
  // Nothing: those that are shipped.
  std::shared_ptr<const PostTemplates> templates{};
  // Files of templates, by their folder as the on-call file names it; empty: none.
  std::string template_folder{};
  Position template_folder_at{};
};

// `communication:` of an on-call file.
extern const yaml::Block kCommunicationBlock;
// Templates that do not parse, or read what there is not, are told.
CommunicationPolicy decode_communication(const yaml::DecodedBlock& block, Diagnostics& diagnostics);

}  // namespace firedrill::oncall
