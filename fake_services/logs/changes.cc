#include "fake_services/logs/changes.h"

#include <array>

#include "base/text/format.h"
#include "events/action.h"

namespace firedrill::fake_services {
namespace {

using events::ActionKind;

struct ActionChange {
  ActionKind action;
  std::string_view kind;
  std::string_view what;  // in front of what else the action is given
};

// Silences are on the list, too: whoever wonders why nothing came looks there.
constexpr std::array kChanges{
    ActionChange{ActionKind::rollback, "deployment", "rolled back"},
    ActionChange{ActionKind::restart, "restart", "pods replaced one after the other"},
    ActionChange{ActionKind::scale, "scaling", "scaled"},
    ActionChange{ActionKind::failover, "failover", "another replica takes over"},
    ActionChange{ActionKind::drain, "node", "drained"},
    ActionChange{ActionKind::shed_load, "traffic", "a share of the requests is turned away"},
    ActionChange{ActionKind::disable_feature, "flag", "switched off"},
    ActionChange{ActionKind::warm_cache, "maintenance", "cache filled"},
    ActionChange{ActionKind::renew_certificate, "certificate", "renewed"},
    ActionChange{ActionKind::free_disk, "maintenance", "space on the disk freed"},
    ActionChange{ActionKind::fix_config, "configuration", "corrected"},
    ActionChange{ActionKind::kill_query, "maintenance", "long-running work ended"},
    ActionChange{ActionKind::rate_limit, "configuration", "requests limited"},
    ActionChange{ActionKind::silence, "silence", "alert silenced"},
};

// Which version that is of is another question: a restart is a revision, too.
std::string to_which(std::string_view arguments) {
  constexpr std::string_view kRevision = "to_revision=";
  const std::size_t at = arguments.find(kRevision);
  const std::string_view revision = at == std::string_view::npos ? "0" : arguments.substr(at + kRevision.size());
  if (revision == "0") return " to the revision before";
  return format(" to revision {}", revision);
}

}  // namespace

std::optional<events::Change> change_of(const events::Event& event) {
  if (event.kind != events::EventKind::action_taken) return std::nullopt;
  for (const ActionChange& each : kChanges) {
    if (to_string(each.action) != event.subject) continue;
    std::string what(each.what);
    if (each.action == ActionKind::scale) what += format(" to {:.0f} replicas", event.number("replicas"));
    const std::string given = event.text("arguments");
    if (each.action == ActionKind::rollback) {
      what += to_which(given);
    } else if (!given.empty()) {
      what += format(" ({})", given);
    }
    const std::string by = event.text("by");
    return events::Change{event.t, std::string(each.kind), event.text("target"), what, by.empty() ? "somebody" : by};
  }
  return std::nullopt;
}

std::optional<events::Change> change_of(const FaultSpec& fault, const events::Event& event, const std::string& by) {
  const auto form = fault.behaviour->change(event.kind == events::EventKind::fault_ended);
  if (!form) return std::nullopt;
  return events::Change{event.t, std::string(form->kind), target_name(fault.target), form->what,
                        by.empty() ? std::string(form->by) : by};
}

}  // namespace firedrill::fake_services
