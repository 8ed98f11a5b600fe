// What somebody does to the world: the scenario's faults at their times, a facilitator, a responder, a trainee. A run
// is its scenario, its seed and the list of its actions.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/time.h"
#include "events/event.h"

namespace firedrill::events {

enum class ActionKind {
  begin_fault,  // subject: the id of a fault that the scenario declares; it lasts as long as that says
  end_fault,    // subject: its id
  // What people do against an incident: what each is done to, takes and does says its row (fake_services/actions).
  rollback,
  restart,
  scale,  // to `replicas`
  failover,
  drain,
  shed_load,
  disable_feature,
  warm_cache,
  renew_certificate,
  free_disk,
  fix_config,
  kill_query,
  rate_limit,
  silence,
  declare,
};
inline constexpr std::array kActionKinds{ActionKind::begin_fault,
                                         ActionKind::end_fault,
                                         ActionKind::rollback,
                                         ActionKind::restart,
                                         ActionKind::scale,
                                         ActionKind::failover,
                                         ActionKind::drain,
                                         ActionKind::shed_load,
                                         ActionKind::disable_feature,
                                         ActionKind::warm_cache,
                                         ActionKind::renew_certificate,
                                         ActionKind::free_disk,
                                         ActionKind::fix_config,
                                         ActionKind::kill_query,
                                         ActionKind::rate_limit,
                                         ActionKind::silence,
                                         ActionKind::declare};
// "begin fault"; of what people do as files name it: "shed_load".
std::string_view to_string(ActionKind kind);
std::optional<ActionKind> parse_action_kind(std::string_view name);

// Action::by of what the scenario itself does: it follows from the scenario, and stands in no log.
inline constexpr std::string_view kByScenario = "the scenario";

// What an action is given beside its subject, as a file would say it: share, 50%.
using Arguments = std::vector<std::pair<std::string, std::string>>;

struct Action {
  Time t;  // when it takes effect; not in the past
  ActionKind kind = ActionKind::begin_fault;
  std::string subject;
  std::string by = {};                      // the person; empty: not known
  std::int64_t replicas = 0;                // of scale
  std::optional<Arguments> arguments = {};  // nothing: none
  bool operator==(const Action&) const = default;
};

// "restart checkout", "shed_load web share=50%".
std::string describe(const Action& action);
// That it takes effect, as an event.
Event event_of(const Action& action);
// That by then it has helped, as could be seen.
Event helped(const Action& action, Time t, std::string reason);
// That its time has come and it changes nothing; that it has not helped.
Event without_effect(const Action& action, std::string reason);

}  // namespace firedrill::events
