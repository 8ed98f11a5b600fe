// A playbook: what people do when an alert wakes them. Markdown in one template: symptoms, diagnosis, mitigation,
// communication, escalation.
#pragma once

#include <array>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/diagnostic.h"
#include "base/time.h"
#include "oncall/playbook/command.h"
#include "record/severity.h"

namespace firedrill::oncall {

struct PlaybookLine {
  std::string text{};
  Position where{};
};

// A command or an action of the diagnosis or the mitigation.
struct PlaybookStep {
  enum class Part { diagnosis, mitigation };
  Part part = Part::mitigation;
  std::string heading{};  // of the mitigation it stands below
  std::string text{};     // as it was written
  Command command{};
  Position where{};
};

// "If not mitigated in 30min – escalate to secondary", "If database issue – page DBA on-call".
struct EscalationRule {
  std::optional<Duration> unmitigated_for{};  // counts from acknowledgement
  std::string condition{};                    // of another kind, in words
  bool pages = false;                         // pages a team; else escalates to a tier
  std::string who{};                          // as a file of on-call schedules names it: "secondary", "DBA"
  Position where{};
};

struct Playbook {
  std::string file{};  // as the user would name it
  std::string name{};  // by which alerts name it: the file's, without .md; of a folder's own playbook.md the folder's
  std::string title{};
  Position where{};
  std::vector<PlaybookLine> alerts{};  // that its symptoms name
  std::vector<PlaybookLine> symptoms{};
  std::vector<PlaybookLine> diagnosis{};
  std::vector<PlaybookStep> steps{};  // in their order
  std::string internal{};             // where people post
  std::string external{};
  std::array<std::optional<Duration>, 4> cadence{};  // P0 to P3: how often there is an update
  std::vector<EscalationRule> escalation{};
  std::vector<PlaybookLine> unread{};  // what could not be read, and why

  std::optional<Duration> cadence_of(record::SeverityLevel level) const {
    return cadence[static_cast<std::size_t>(level)];
  }
};

// Whether the text's first line says that it is one: "# Playbook: …".
bool is_playbook(std::string_view text);

// Errors are told: sections that are missing, empty or there twice, actions that are none. The text must be one's.
Playbook read_playbook(const SourcePtr& source, std::string name, Diagnostics& diagnostics);

}  // namespace firedrill::oncall
