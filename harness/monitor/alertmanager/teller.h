// Tells of what comes out of an Alertmanager: each notification once, and of each alert in each group when something
// begins to hold it back and when that is over. A value: it can be copied with the Alertmanager that it stands beside.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <tuple>
#include <vector>

#include "events/sink.h"
#include "notify/alertmanager.h"

namespace firedrill::monitor {

class OutcomeTeller {
 public:
  // `paging`: the receivers that call a person.
  explicit OutcomeTeller(std::vector<std::string> paging) : paging_(std::move(paging)) {}

  // Outcomes in the order in which they came, of an Alertmanager with this configuration and these silences.
  void tell(const notify::Outcomes& outcomes, const notify::Alertmanager& manager, events::Sink& out);
  // The Alertmanager's process ends: it holds nothing back from then on.
  void end_holds(Time now, events::Sink& out);

 private:
  struct Hold {
    events::HoldKind how = events::HoldKind::inhibited;
    std::string by;
    bool operator==(const Hold&) const = default;
  };
  struct Held {
    notify::AlertPtr alert;  // the activation: one that comes again is held back anew
    Hold hold;
    std::optional<notify::HeldBack> held;  // as the last flush said it; nothing of what is deduplicated
    Time seen;                             // by that flush
  };
  // An alert in a group: the alert, the route's index, the group's key. Those of an alert stand side by side: they are
  // as many as routes send it along, however many alerts are held back.
  using Place = std::tuple<notify::Fingerprint, std::size_t, std::string>;

  events::Notification notification(const notify::Notification& from, const notify::Configuration& configuration) const;
  void tell_holds(const notify::Flush& flush, const notify::Alertmanager& manager, events::Sink& out);
  void tell_hold(const notify::Flush& flush, const notify::AlertPtr& alert, const Hold* hold,
                 const notify::HeldBack* held, const notify::Alertmanager& manager, events::Sink& out);
  // Of the mutes of an alert's route from the flush that last saw one to this one, at which `now` holds it back.
  static void tell_mutes(const Held& was, const notify::Flush& flush, const Hold* now,
                         const notify::Alertmanager& manager, events::Sink& out);
  bool is_deduplicated(const notify::Flush& flush, const notify::FlushedAlert& alert) const;
  // Whether the same holds this activation back in another group of it.
  bool is_held(const notify::Alert& alert, const Hold& hold) const;

  std::vector<std::string> paging_;
  std::map<Place, Held> held_;
  std::map<notify::Fingerprint, Time> told_;  // when the activation began of which a receiver was told last
};

}  // namespace firedrill::monitor
