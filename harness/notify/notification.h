// What comes out of an Alertmanager, as plain values: notifications with the answers they got, and of each flush what
// was held back and by what.
#pragma once

#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/time.h"
#include "events/hold.h"
#include "model/labels.h"
#include "notify/provider/alert.h"

namespace firedrill::notify {

// Why a notification was sent (notify.NotifyReason). 0.25 decides the same without giving it a name.
enum class Reason { none, first_notification, new_alerts, some_resolved, all_resolved, repeat };
// "first_notification", "new_alerts", …
std::string_view to_string(Reason reason);

// What all flushes of an aggregation group share.
struct GroupInfo {
  std::string key;        // the route's, ':', the group's labels
  model::Labels labels;   // group labels
  std::size_t route = 0;  // index in Configuration::routes
  std::string receiver;
  Time created{};
};
using GroupPtr = std::shared_ptr<const GroupInfo>;

// An alert as a flush saw it.
struct FlushedAlert {
  AlertPtr alert;
  bool is_resolved = false;

  Time starts_at() const { return alert->starts_at; }
  // Nothing while it fires, whatever end it was posted with.
  std::optional<Time> ends_at() const { return is_resolved ? std::optional(alert->ends_at) : std::nullopt; }
};

// One request to an integration.
struct Attempt {
  enum class Result {
    accepted,
    retried,       // refused, or unreachable, in a way that Alertmanager tries again after
    dropped,       // refused for good: this flush tries no more
    timed_out,     // no answer within the integration's time-out or the flush's time
    cancelled,     // a reload ended the flush
    under_way,     // whoever looks stopped looking
    not_rendered,  // there was no request: a template failed
  };
  Time at{};
  Time ended{};
  int status = 0;  // 0: there was none
  Result result = Result::accepted;
};
std::string_view to_string(Attempt::Result result);

struct Payload;

struct Notification {
  Time time{};  // of the attempt that was accepted; of a failed one of the last
  std::string receiver;
  std::size_t integration = 0;  // index in the receiver's integrations
  GroupPtr group{};
  std::size_t flush = 0;  // of the group, from 1
  Time flushed_at{};
  Reason reason = Reason::none;
  bool is_firing = false;              // the payload's status: whether any of its alerts fires
  std::vector<FlushedAlert> alerts{};  // in the payload's order; without resolved ones if send_resolved is off
  std::vector<Attempt> attempts{};
  bool accepted = false;
  bool is_under_way = false;                 // not over: it would be tried on
  std::shared_ptr<const Payload> payload{};  // of the last attempt; null if it could not be rendered, or nothing is
  std::string fault{};                       // why it could not be rendered; empty if it was
};

// What keeps an alert from going out at a flush.
struct HeldBack {
  AlertPtr alert;
  events::HoldKind how = events::HoldKind::inhibited;  // or silenced, or muted
  AlertPtr source;                                     // of inhibited
  std::size_t rule = 0;                                // of inhibited: in Configuration::inhibit_rules
  std::vector<std::string> names;                      // of silenced the silences' ids; of muted the intervals' names
  bool is_outside = false;                             // of muted: these are active time intervals, none of which holds
};

// What an integration did at a flush that let alerts through.
struct Decision {
  std::size_t integration = 0;
  Reason reason = Reason::none;  // none: nothing new
  std::optional<Time> since{};   // of the log's entry that it was compared with: the last notification, or what was
                                 // logged in place of one
  bool is_sent = false;          // not so if all are resolved and send_resolved is off: that is only logged
};

struct Flush {
  Time at{};
  Time tick{};  // when it was due: earlier, if the flush before was still under way
  GroupPtr group{};
  std::size_t number = 0;  // of the group, from 1
  std::vector<FlushedAlert> alerts{};
  std::vector<HeldBack> held_back{};
  std::vector<Decision> decisions{};  // one for each integration, unless all alerts are held back
};

// Requests to integrations, counted as each ends.
struct RequestCounts {
  std::size_t made = 0;
  std::size_t refused = 0;  // of these: answered, and not accepted
  std::size_t timed_out = 0;
  Duration time{};  // that they took
};

struct Outcomes {
  std::vector<Notification> notifications;  // in the order in which they ended
  std::vector<Flush> flushes;
  RequestCounts requests{};
};

}  // namespace firedrill::notify
