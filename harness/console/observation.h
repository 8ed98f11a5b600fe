// What whoever works an incident sees of it, as plain values: always of the past, and nothing of what the scenario
// knows beside it.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/time.h"
#include "events/alert.h"
#include "events/log.h"
#include "events/notification.h"
#include "model/labels.h"
#include "model/sample.h"
#include "record/severity.h"

namespace firedrill::console {

// Something that calls people: a notification of a receiver that pages, or where there is no Alertmanager an alert. It
// goes on until nothing of it fires any more.
struct Page {
  enum class State { calling, acknowledged, unanswered, over };
  int number = 0;  // 1, 2, … in the order in which they came: what people call it by
  Time at{};
  std::string receiver{};  // empty: there is no Alertmanager
  std::string schedule{};
  std::vector<std::string> alerts{};  // names of those that have fired in it
  State state = State::calling;
  std::string person{};  // who was called last
  std::string role{};    // and as what: the tier
  std::optional<Time> acknowledged_at{};
  std::string acknowledged_by{};  // the tier
  std::optional<Time> over_at{};
  std::string key{};  // by which the run knows it; not for people
};
std::string_view to_string(Page::State state);

// What a receiver was sent, as the configuration renders it.
struct Notice {
  events::Notification notification{};
  std::optional<events::NotificationPayload> payload{};  // nothing: it could not be rendered
};

// An instance of an alerting rule, as /api/v1/alerts has it; of those that resolved, the last fifteen minutes'.
struct AlertView {
  std::string alert{};
  std::string group{};
  events::AlertState state = events::AlertState::inactive;
  model::Labels labels{};  // with alertname
  events::Annotations annotations{};
  double value = 0;  // at the last evaluation that held
  Time active_at{};
  std::optional<Time> fired_at{};
  std::optional<Time> keep_firing_since{};  // it is true no more, and goes on by keep_firing_for
  std::optional<Time> resolved_at{};

  // One that always fires watches the way that alerts take, and says nothing of production.
  bool watches_alerts() const { return labels.get("severity") == "none"; }
  // Of production, now.
  bool fires() const { return state == events::AlertState::firing && !resolved_at && !watches_alerts(); }
};

struct RuleView {
  bool alerting = true;
  std::string name{};
  std::string expr{};  // as written
  Duration hold{};     // `for`
  Duration keep_firing_for{};
  std::vector<model::Label> labels{};       // as written, of the group too
  std::vector<model::Label> annotations{};  // as written
  events::AlertState state = events::AlertState::inactive;
  std::string health = "ok";  // ok | err | unknown: it was never evaluated
  std::string last_error{};
  std::optional<Time> last_evaluation{};
  std::vector<AlertView> alerts{};  // pending and firing ones
};

struct RuleGroupView {
  std::string name{};
  std::string file{};
  Duration interval{};
  std::int64_t limit = 0;
  std::vector<RuleView> rules{};
};

// What /api/v1/metadata says of a metric.
struct MetricView {
  std::string name{};  // of the family: without _bucket, _sum and _count
  model::MetricType type{};
  std::string help{};
  bool operator==(const MetricView&) const = default;
};

// /api/v1/targets, as service discovery has it now.
struct TargetView {
  model::Labels labels{};
  std::string job{};
  std::string instance{};
};

// A service as a map of services shows it. Rates and latencies are of the last five minutes, read from what was scraped
// of it and, where it is not scraped, from what its callers count; nothing: nothing of that was scraped.
struct ServiceView {
  std::string name{};
  std::vector<std::string> calls{};  // what it depends on
  std::vector<std::string> called_by{};
  bool entry_point = false;
  bool third_party = false;  // not ours: it has no pods here
  int wanted = 0;            // replicas
  int ready = 0;
  std::optional<double> requests{};  // per second
  std::optional<double> errors{};    // share, 0 to 1
  std::optional<double> p95_s{};
  std::string health{};  // ok | degraded | down | unknown
};

// As `kubectl get pods -o wide` has it.
struct PodView {
  std::string name{};
  std::string service{};
  std::string node{};
  bool ready = false;
  std::string status{};  // Running, CrashLoopBackOff, ContainerCreating, OOMKilled, Terminating, …
  std::uint64_t restarts = 0;
  Time since{};           // of the container's state
  std::string version{};  // of the release
};

struct PlaybookView {
  std::string name{};  // by which alerts name it
  std::string title{};
  std::string text{};  // Markdown, as written
};

struct DutyView {
  std::string schedule{};
  std::string tier{};
  std::string person{};  // empty: nobody
  Duration escalation_delay{};
  Time until{};  // when the next one takes over
};

// Something that was said, by whoever works the drill or by others.
struct Message {
  Time at{};
  std::string by{};       // the tier
  std::string channel{};  // internal | external | note
  std::string status{};   // of a post: investigating | identified | monitoring | resolved
  std::string text{};
};

// What somebody has said about the cause. The last one counts, and the first right one is remembered.
struct Hypothesis {
  Time at{};
  std::string service{};  // empty: of none
  std::string cause{};    // a name of cause_table.h
};

// An action of the trainee, and what was seen of it since.
struct Deed {
  Time at{};
  std::string what{};             // "restart checkout"
  std::optional<bool> helped{};   // nothing: that is not known yet
  std::optional<Time> seen_at{};  // when it was known
  std::string reason{};           // what was measured
};

// Something that reached whoever works the drill: for feeds, and "to the next event".
struct News {
  Time at{};
  std::string kind{};  // page | notice | alert | message | deed | pod | change
  std::string text{};  // one line
};

}  // namespace firedrill::console
