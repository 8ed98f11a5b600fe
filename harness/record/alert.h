// The ledger of alerts.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/time.h"
#include "events/hold.h"
#include "model/labels.h"

namespace firedrill::record {

using events::HoldKind;

// What kept an alert from its next step.
struct HeldBack {
  Time at;  // when that began
  HoldKind how = HoldKind::dropped;
  // The relabelling, the way on which it was lost, the inhibiting alert, the silence, the time interval, or the
  // receiver that was told of it before and believes it firing.
  std::string by;
  std::optional<Time> until{};  // of what an Alertmanager holds back: when it no longer did, while the alert was there
  bool operator==(const HeldBack&) const = default;
};

// HeldBack::by of an alert that never left the monitor, and of one whose sends a fault took.
inline constexpr std::string_view kDroppedByRelabelling = "alert_relabel_configs";
inline constexpr std::string_view kLostOnTheWay = "the way to Alertmanager";

// A time in which an Alertmanager took an alert to fire.
struct Heard {
  Time from;               // a send of it arrived
  std::optional<Time> to;  // absent: it does so at the run's end
  bool expired = false;    // it was over because it was not sent again, and not because it was said to have resolved
  bool operator==(const Heard&) const = default;
};

// One activation of one alert, from pending to resolved, with the time of each step. A step that was not reached is
// absent. These words, and no others, are used of alerts everywhere. What the rule found and what an Alertmanager had
// of it stand apart: they differ where sends are lost, or stay away because the monitor is down.
struct AlertRecord {
  std::string alert;
  model::Labels labels;                                          // with alertname, as sent
  std::vector<std::pair<std::string, std::string>> annotations;  // rendered when it fired (or last), in order of name
  std::string rule_group;
  std::optional<Time> injected_at;      // of its incident; filled by judge()
  std::optional<Time> breached_at;      // of its incident; filled by judge()
  std::optional<Time> pending_at;       // its expression began to hold
  std::optional<Time> firing_at;        // it held for as long as `for` asks
  std::optional<Time> sent_at;          // the monitor posts it
  std::optional<Time> received_at;      // an Alertmanager has it
  std::optional<Time> notified_at;      // a receiver has accepted a notification with it
  std::optional<Time> paged_at;         // a person is called
  std::optional<Time> acknowledged_at;  // a person has taken it on
  std::optional<Time> resolved_at;      // its expression no longer holds
  // The monitor that knew it stopped before its expression was seen to hold no longer. If the monitor comes back while
  // the alert is still taken to fire, and finds it so, that is the same activation, and nothing was forgotten.
  std::optional<Time> forgotten_at;
  // As an Alertmanager took it, in order of time; empty where nothing can be lost: then from received to resolved. More
  // than one: it had expired, and came again.
  std::vector<Heard> heard;
  std::vector<HeldBack> held_back;  // in order of time
  // Those of the routes that an Alertmanager sends it along, in their order; nothing where there is none.
  std::optional<std::vector<std::string>> receivers{};
  std::optional<double> value;  // of the expression when it fired (or last, if it never did)
  // It is for a person at once: a receiver of it calls one, or without an Alertmanager the paging matchers name it.
  bool pages = false;
  // Filled by judge(): the incident it belongs to (empty: none) and why.
  std::string incident;
  std::string attribution;  // named | blast_radius | only_incident | warmup | excepted | spurious | pending_only
  bool operator==(const AlertRecord&) const = default;

  // When it paged somebody: a receiver that pages accepted it, or without an Alertmanager it arrived where one would
  // be.
  std::optional<Time> page_at() const;
  bool is_page() const { return page_at().has_value(); }
  // When it was over to whoever could hear of it; absent: it was not.
  std::optional<Time> over_at() const;
  // Whether an Alertmanager takes it to fire at the end of what is known.
  bool is_heard() const { return !heard.empty() && !heard.back().to; }
  // Whether something of this kind held it back.
  bool held(HoldKind how) const;
};

// The names in an event's field `alert`, which are separated by commas.
std::vector<std::string> split_alerts(std::string_view names);

}  // namespace firedrill::record
