// Everything on one axis, and below it the same as a list.
#include <algorithm>
#include <map>

#include "base/duration.h"
#include "base/text/format.h"
#include "base/text/numbers.h"
#include "incident/expectations/expectation_table.h"
#include "incident/truth.h"
#include "record/clock.h"
#include "record/record.h"
#include "reports/alert_matrix.h"
#include "reports/chart/lanes.h"
#include "reports/course_rows.h"
#include "reports/escape.h"
#include "reports/html/sections.h"
#include "reports/incident_words.h"
#include "reports/words.h"

namespace firedrill::reports::html {
namespace {

using events::Event;
using events::EventKind;
using record::Record;

constexpr std::size_t kMostAlertLanes = 14;
constexpr std::size_t kMostProbeLanes = 8;
constexpr std::size_t kMostEvents = 300;

void add_faults(const Record& record, std::vector<Lane>& lanes) {
  for (const auto& fault : record.faults) {
    Lane lane{fault.id, format("{} on {}", fault.kind, fault.target), {}, {}, {}};
    if (fault.injected_at) {
      const Time end = fault.recovered_at.value_or(record.judged_to);
      lane.bars.push_back({*fault.injected_at, end, BarStyle::fault, fault.kind,
                           format("fault {}: {} on {}, {} to {}", fault.id, fault.kind, fault.target,
                                  clock_of(record, *fault.injected_at), clock_of(record, end))});
    }
    lanes.push_back(std::move(lane));
  }
}

void add_objectives(const Record& record, std::vector<Lane>& lanes) {
  const Slices slices = slices_of(record);
  for (const auto& slo : record.declared.slos) {
    Lane lane{
        slo.name, slices.width > 1min ? "bad requests, worst minute" : "share of bad requests", {}, {}, {slices, {}}};
    for (const auto& minutes : slices.minutes) {
      double worst = 0;
      for (std::size_t i = minutes.first; i <= minutes.last; ++i)
        worst = std::max(worst, 1 - incident::sli_count(record, slo, {i, i}).ratio());
      lane.columns.shares.push_back(worst);
    }
    lanes.push_back(std::move(lane));
  }
}

void add_severity(const Record& record, std::vector<Lane>& lanes) {
  for (const auto& incident : record.incidents) {
    if (!incident.severity.empty()) lanes.push_back(severity_lane(record, incident));
  }
}

void add_bars(const Record& record, const record::AlertRecord& alert, Lane& lane) {
  const auto over = alert.over_at();
  const Time end = over.value_or(record.judged_to);
  if (alert.pending_at) {
    const Time until = alert.firing_at.value_or(end);
    if (until > *alert.pending_at) {
      lane.bars.push_back({*alert.pending_at, until, BarStyle::pending, "pending",
                           format("{} pending from {}", alert.alert, clock_of(record, *alert.pending_at))});
    }
  }
  if (alert.firing_at) {
    const bool background = alert.attribution == "excepted";
    lane.bars.push_back({*alert.firing_at, end, background ? BarStyle::background : BarStyle::firing, "firing",
                         format("{} fires at {}, {}", alert.alert, clock_of(record, *alert.firing_at),
                                over ? "resolved at " + clock_of(record, *over) : "still firing at the end")});
  }
}

using Activations = std::vector<const record::AlertRecord*>;

// What is given up first where there is no room for all: 3, what never fired; 2, what nothing expects, though it
// belongs to an incident; 1, warnings; 0, pages and what belongs to none.
int rank_of(const Record& record, const record::AlertRecord& alert) {
  const bool expected = std::ranges::any_of(record.declared.expectations,
                                            [&](const record::Expectation& e) { return incident::names(e, alert); });
  if (alert.firing_at && (alert.pages || alert.attribution == "spurious")) return 0;
  return expected ? 1 : alert.firing_at ? 2 : 3;
}

int rank_of(const Record& record, const Activations& activations) {
  int best = 3;
  for (const record::AlertRecord* alert : activations) best = std::min(best, rank_of(record, *alert));
  return best;
}

// Activations with equal labels share a lane, in the order in which they began.
std::vector<Activations> alert_lanes(const Record& record) {
  std::map<std::pair<std::string, std::string>, std::size_t> lane_of;
  std::vector<Activations> lanes;
  for (const auto& alert : record.alerts) {
    if (alert.attribution == "warmup") continue;
    const auto [it, added] = lane_of.try_emplace({alert.alert, other_labels(alert.labels)}, lanes.size());
    if (added) lanes.emplace_back();
    lanes[it->second].push_back(&alert);
  }
  return lanes;
}

// Of too many lanes the first of each rank, in order. One lane more than there is room for takes the place of the words
// that it was left out.
std::vector<Activations> shown_lanes(const Record& record) {
  std::vector<Activations> all = alert_lanes(record);
  if (all.size() <= kMostAlertLanes + 1) return all;
  std::vector<std::pair<int, std::size_t>> order;
  for (std::size_t i = 0; i < all.size(); ++i) order.emplace_back(rank_of(record, all[i]), i);
  std::ranges::sort(order);
  order.resize(kMostAlertLanes);
  std::ranges::sort(order, {}, &std::pair<int, std::size_t>::second);
  std::vector<Activations> shown;
  for (const auto& [rank, i] : order) shown.push_back(std::move(all[i]));
  return shown;
}

void add_alerts(const Record& record, std::vector<Lane>& lanes) {
  auto left_out = std::ranges::count_if(record.alerts, [](const auto& alert) { return alert.attribution != "warmup"; });
  for (const Activations& activations : shown_lanes(record)) {
    lanes.push_back({activations.front()->alert, telling_labels(record, *activations.front()), {}, {}, {}});
    for (const record::AlertRecord* alert : activations) add_bars(record, *alert, lanes.back());
    left_out -= std::ssize(activations);
  }
  if (left_out > 0) lanes.push_back({format("and {} more activations", left_out), "in record.json", {}, {}, {}});
}

void add_marks(const Record& record, std::string label, std::initializer_list<std::pair<EventKind, MarkStyle>> kinds,
               std::vector<Lane>& lanes) {
  Lane lane{std::move(label), "", {}, {}, {}};
  for (const Event& event : record.timeline) {
    const auto it = std::ranges::find(kinds, event.kind, &std::pair<EventKind, MarkStyle>::first);
    if (it != kinds.end())
      lane.marks.push_back({event.t, it->second, format("{} {}", clock_of(record, event.t), events::describe(event))});
  }
  if (!lane.marks.empty()) lanes.push_back(std::move(lane));
}

// Where what was published would lie in this run.
void add_published(const Record& record, std::vector<Lane>& lanes) {
  Lane lane{"published", "of the incident retold", {}, {}, {}};
  for (PublishedMark& mark : published_marks(record))
    lane.marks.push_back({mark.t, MarkStyle::neutral, format("{} {}", clock_of(record, mark.t), mark.text)});
  if (!lane.marks.empty()) lanes.push_back(std::move(lane));
}

void add_probes(const Record& record, std::vector<Lane>& lanes) {
  std::map<std::string, Lane> by_probe;
  for (const Event& event : record.timeline) {
    const bool good = event.kind == EventKind::probe_success || event.kind == EventKind::endpoint_ready;
    const bool bad = event.kind == EventKind::probe_failure || event.kind == EventKind::endpoint_unready;
    if ((!good && !bad) || event.t < record.judged_from) continue;
    const std::string probe = event.text("probe");
    const std::string label = format("{} of {}", probe.empty() ? "readiness" : probe, event.text("service"));
    Lane& lane = by_probe.try_emplace(label, Lane{label, "▲ succeeds, ▼ fails", {}, {}, {}}).first->second;
    lane.marks.push_back({event.t, good ? MarkStyle::good : MarkStyle::bad,
                          format("{} {}", clock_of(record, event.t), events::describe(event))});
  }
  for (auto& [label, lane] : by_probe) {
    if (lanes.size() < kMostProbeLanes + kMostAlertLanes + 12) lanes.push_back(std::move(lane));
  }
}

std::vector<std::string> list_row(const Record& record, Time t, std::string_view kind, std::string_view what) {
  return {clock_of(record, t), escape_markup(describe_duration(t - record.judged_from)),
          format("<span class=\"kind\">{}</span>", kind), escape_markup(what)};
}

// Published times stand between the events, marked by their kind, and none of them is left out.
std::string event_list(const Record& record) {
  std::vector<std::vector<std::string>> rows;
  std::size_t left_out = 0;
  const std::vector<PublishedMark> published = published_marks(record);
  auto next = published.begin();
  const auto add_published_before = [&](Time t) {
    for (; next != published.end() && next->t < t; ++next)
      rows.push_back(list_row(record, next->t, "published", next->text));
  };
  for (const Event& event : record.timeline) {
    if (left_out == 0) add_published_before(event.t);
    if (rows.size() >= kMostEvents) {
      ++left_out;
      continue;
    }
    rows.push_back(list_row(record, event.t, to_string(event.kind), events::describe(event)));
  }
  add_published_before(Time::max());
  std::string out =
      format("<details class=\"data\"><summary>The timeline as a list of {} events</summary>{}", record.timeline.size(),
             table({"time", "into the drill", "kind", "what happened"}, rows, "log"));
  if (left_out > 0) out += format("<p class=\"quiet\">{} more stand in record.json.</p>", left_out);
  return out + "</details>";
}

}  // namespace

std::string timeline(const Record& record) {
  Lanes lanes{"timeline-chart",   "Timeline of the drill", "", record.judged_from, record.judged_to, {},
              fault_bands(record)};
  lanes.description =
      "Faults, bad requests, severity, alerts, probes, notifications and people on one time axis. " + headline(record);
  add_faults(record, lanes.lanes);
  add_published(record, lanes.lanes);
  add_objectives(record, lanes.lanes);
  add_severity(record, lanes.lanes);
  add_probes(record, lanes.lanes);
  add_alerts(record, lanes.lanes);
  add_marks(record, "containers",
            {{EventKind::container_started, MarkStyle::good},
             {EventKind::container_killed, MarkStyle::bad},
             {EventKind::container_restarted, MarkStyle::good},
             {EventKind::container_oom_killed, MarkStyle::bad}},
            lanes.lanes);
  add_marks(record, "notifications",
            {{EventKind::receiver_notified, MarkStyle::neutral},
             {EventKind::receiver_failed, MarkStyle::bad},
             {EventKind::alert_dropped, MarkStyle::bad},
             {EventKind::alert_lost, MarkStyle::bad},
             {EventKind::alert_expired, MarkStyle::bad},
             {EventKind::alert_returned, MarkStyle::neutral},
             {EventKind::alert_inhibited, MarkStyle::neutral},
             {EventKind::alert_silenced, MarkStyle::neutral},
             {EventKind::alert_muted, MarkStyle::neutral}},
            lanes.lanes);
  add_marks(record, "on-call",
            {{EventKind::oncall_paged, MarkStyle::neutral},
             {EventKind::oncall_acknowledged, MarkStyle::good},
             {EventKind::oncall_escalated, MarkStyle::bad},
             {EventKind::oncall_nobody, MarkStyle::bad}},
            lanes.lanes);
  add_marks(record, "actions",
            {{EventKind::action_taken, MarkStyle::neutral},
             {EventKind::action_effective, MarkStyle::good},
             {EventKind::action_ineffective, MarkStyle::bad}},
            lanes.lanes);
  add_marks(record, "communication",
            {{EventKind::communication_posted, MarkStyle::good},
             {EventKind::communication_due, MarkStyle::neutral},
             {EventKind::communication_missed, MarkStyle::bad}},
            lanes.lanes);
  const std::string chart = lanes.lanes.empty() ? "" : draw(lanes);
  return section("timeline", "Timeline", "", chart + event_list(record));
}

}  // namespace firedrill::reports::html
