// On-call files as tests write them.
#pragma once

#include <gtest/gtest.h>

#include <memory>
#include <string>

#include "oncall/roster_yaml.h"

namespace firedrill::oncall {

inline Time at(const char* text) {
  return *parse_instant(text);
}

inline Zone zone(const char* name) {
  const auto found = Zone::find(name);
  EXPECT_TRUE(found) << found.error();
  return found.value_or(Zone::utc());
}

// The file must be sound.
inline std::shared_ptr<const Roster> roster_of(const std::string& text) {
  Diagnostics found;
  const auto document = yaml::Document::parse(make_source("oncall.yaml", text), found);
  if (document == nullptr) throw std::runtime_error(render(found));
  auto roster = decode_roster(*document, found);
  if (!roster) throw std::runtime_error(render(found));
  return std::make_shared<const Roster>(*std::move(roster));
}

inline const std::string kSeedFile = R"(
schedule:
  name: API On-Call
  rotation: weekly
  handoff: Monday 09:00
  tiers:
    - name: primary
      escalation_delay: 5m
      members: [alice, bob, charlie]
    - name: secondary
      escalation_delay: 10m
      members: [david, eve]
    - name: incident_commander
      escalation_delay: 15m
      members: [manager_1]
)";

}  // namespace firedrill::oncall
