// What became of each replica: ready, not ready, restarted, waiting to be restarted; and the log of its probes.
#include <algorithm>
#include <map>

#include "base/duration.h"
#include "base/text/format.h"
#include "record/clock.h"
#include "record/record.h"
#include "reports/chart/lanes.h"
#include "reports/escape.h"
#include "reports/html/sections.h"
#include "reports/words.h"

namespace firedrill::reports::html {
namespace {

using events::Event;
using events::EventKind;
using record::ProbeRecord;
using record::Record;

constexpr std::size_t kMostReplicas = 24;

// What a replica is, from an instant on; up to then it was ready, as every replica is after the warm-up.
enum class State { ready, unready, down, backoff };
struct Change {
  Time t;
  State state;
};

struct Replica {
  std::string name;
  std::string service;
  std::vector<Change> changes;
  std::vector<Mark> marks;
  bool running = true;
  double restarts = 0;
};

bool of_replica(EventKind kind) {
  return kind >= EventKind::probe_success && kind <= EventKind::endpoint_unready;
}

void take(const Record& record, const Event& event, Replica& replica) {
  const auto becomes = [&](State state) { replica.changes.push_back({event.t, state}); };
  const auto marks = [&](MarkStyle style) {
    replica.marks.push_back({event.t, style, format("{} {}", clock_of(record, event.t), events::describe(event))});
  };
  switch (event.kind) {
    case EventKind::endpoint_ready:
      becomes(State::ready);
      break;
    case EventKind::endpoint_unready:
      // A container that is down is not ready either, and is more than that.
      if (replica.running) becomes(State::unready);
      break;
    case EventKind::container_killed:
    case EventKind::container_oom_killed:
      replica.running = false;
      becomes(State::down);
      marks(MarkStyle::bad);
      break;
    case EventKind::container_backoff:
      replica.running = false;
      becomes(State::backoff);
      break;
    case EventKind::container_started:
    case EventKind::container_restarted:
      replica.running = true;
      becomes(State::unready);
      if (event.kind == EventKind::container_started) break;
      marks(MarkStyle::good);
      if (event.t >= record.judged_from) ++replica.restarts;
      break;
    case EventKind::probe_failure:
      if (event.text("probe") == "liveness" || event.text("probe") == "startup") marks(MarkStyle::bad);
      break;
    default:
      break;
  }
}

std::vector<Replica> replicas_of(const Record& record) {
  std::map<std::string, Replica> found;
  for (const Event& event : record.timeline) {
    if (!of_replica(event.kind)) continue;
    Replica& replica =
        found.try_emplace(event.subject, Replica{event.subject, event.text("service"), {}, {}}).first->second;
    take(record, event, replica);
  }
  std::vector<Replica> replicas;
  for (auto& [name, replica] : found) {
    const bool told =
        std::ranges::any_of(replica.changes, [&](const Change& c) { return c.t >= record.judged_from; }) ||
        std::ranges::any_of(replica.marks, [&](const Mark& m) { return m.t >= record.judged_from; });
    if (told) replicas.push_back(std::move(replica));
  }
  return replicas;
}

struct Look {
  BarStyle style;
  const char* word;
};
Look look_of(State state) {
  switch (state) {
    case State::ready:
      return {BarStyle::ready, "ready"};
    case State::unready:
      return {BarStyle::unready, "not ready"};
    case State::down:
      return {BarStyle::down, "down"};
    case State::backoff:
      return {BarStyle::backoff, "back-off"};
  }
  return {BarStyle::ready, "ready"};
}

Lane lane_of(const Record& record, Replica replica) {
  Lane lane{replica.name, "", {}, std::move(replica.marks), {}};
  if (replica.restarts > 0)
    lane.detail = format("{:.0f} restart{}", replica.restarts, replica.restarts == 1 ? "" : "s");
  State state = State::ready;
  Time from = record.judged_from;
  const auto close = [&](Time to) {
    if (to <= from) return;
    const Look look = look_of(state);
    lane.bars.push_back(
        {from, to, look.style, look.word,
         format("{} {} from {} to {}", replica.name, look.word, clock_of(record, from), clock_of(record, to))});
  };
  for (const Change& change : replica.changes) {
    if (change.state == state) continue;
    close(change.t);
    state = change.state;
    from = std::max(change.t, record.judged_from);
  }
  close(record.judged_to);
  return lane;
}

std::string lanes_of(const Record& record) {
  std::vector<Replica> replicas = replicas_of(record);
  if (replicas.empty()) return "";
  Lanes lanes{"replicas", "Replicas over time", "", record.judged_from, record.judged_to, {}, fault_bands(record)};
  lanes.description =
      "For each replica whether it was ready, not ready, down or waiting to be restarted; a triangle that points down "
      "is "
      "a failed liveness or startup probe or a killed container, one that points up a restart.";
  const std::size_t left_out = replicas.size() > kMostReplicas ? replicas.size() - kMostReplicas : 0;
  replicas.resize(std::min(replicas.size(), kMostReplicas));
  for (Replica& replica : replicas) lanes.lanes.push_back(lane_of(record, std::move(replica)));
  std::string out = draw(lanes);
  out += "<p class=\"quiet\">▼ liveness or startup probe failed, or container killed · ▲ container runs again";
  if (left_out > 0) out += format(" · {} more replicas stand in record.json", left_out);
  return out + "</p>";
}

std::string log_of(const Record& record, const ProbeRecord& probe) {
  std::string log;
  for (const auto& change : probe.transitions) {
    log +=
        format("{}{} {}{}", log.empty() ? "" : "<br>", clock_of(record, change.t),
               change.success ? "succeeds" : "fails", change.detail.empty() ? "" : ": " + escape_markup(change.detail));
  }
  return log.empty() ? "<span class=\"quiet\">never changed</span>" : log;
}

}  // namespace

std::string probes(const Record& record) {
  std::vector<std::vector<std::string>> rows;
  std::size_t changed = 0;
  for (const ProbeRecord& probe : record.probes) {
    changed += !probe.transitions.empty();
    rows.push_back({escape_markup(probe.instance), escape_markup(probe.probe),
                    grouped(static_cast<double>(probe.checks)), grouped(static_cast<double>(probe.failures)),
                    log_of(record, probe)});
  }
  std::string body = lanes_of(record);
  if (!rows.empty()) {
    body += format("<details class=\"data\"><summary>All {} probes</summary>{}</details>", rows.size(),
                   table({"replica", "probe", "checks", "failed", "published result"}, rows));
  }
  const std::string lead =
      changed == 0 ? "No probe changed its result."
                   : "A result is published once as many equal attempts as its threshold asks for have been made.";
  return section("probes", "Probes and restarts", rows.empty() ? "" : lead, body);
}

}  // namespace firedrill::reports::html
