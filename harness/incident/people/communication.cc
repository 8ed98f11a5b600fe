#include "incident/people/communication.h"

#include <algorithm>
#include <optional>

#include "base/contains.h"
#include "base/duration.h"
#include "base/text/format.h"
#include "incident/people/status_page.h"

namespace firedrill::incident {
using namespace record;
namespace {

using events::Event;
using events::EventKind;

constexpr std::string_view kKept = "kept";
constexpr std::string_view kMissed = "missed";
constexpr std::string_view kOpen = "open";
constexpr std::string_view kNotDue = "not due";
constexpr std::string_view kTooEarly = "too early";

// What a team worked on at one time.
struct Told {
  std::string name;
  std::vector<std::string> alerts;
  Time from;
  Time to;
};

std::vector<Told> all_told(const Record& record) {
  std::vector<Told> all;
  for (const Event& event : record.timeline) {
    if (event.kind != EventKind::communication_posted) continue;
    auto told = std::ranges::find(all, event.subject, &Told::name);
    if (told == all.end()) {
      const auto since = parse_instant(event.text("since"));
      told = all.insert(all.end(), Told{event.subject, {}, since ? *since : event.t, event.t});
    }
    for (std::string& name : split_alerts(event.text("alert"))) {
      if (!contains(told->alerts, name)) told->alerts.push_back(std::move(name));
    }
    told->to = event.t;
  }
  return all;
}

bool is_about(const Record& record, const IncidentRecord& incident, const Told& told) {
  return std::ranges::any_of(record.alerts, [&](const AlertRecord& alert) {
    return alert.incident == incident.id && contains(told.alerts, alert.alert) && alert.firing_at &&
           *alert.firing_at <= told.to && (!alert.resolved_at || *alert.resolved_at >= told.from);
  });
}

// When it first was so severe that its channel is to tell of it; nothing: never.
std::optional<Time> worth_telling(const IncidentRecord& incident, SeverityLevel mildest) {
  for (const SeverityChange& change : incident.severity) {
    if (change.level <= mildest) return change.t;
  }
  return std::nullopt;
}

SeverityLevel worst_until(const IncidentRecord& incident, Time t) {
  if (incident.severity.empty()) return SeverityLevel::p3;
  SeverityLevel worst = incident.severity.front().level;
  for (const SeverityChange& change : incident.severity) {
    if (change.t <= t) worst = std::min(worst, change.level);
  }
  return worst;
}

// What is asked of one incident.
class Asked {
 public:
  Asked(const Record& record, const IncidentRecord& incident) : targets_(*record.on_call->communication) {
    if (!incident.detected_alert.empty()) alerts_.push_back(incident.detected_alert);
    for (const AlertRecord& alert : record.alerts) {
      if (alert.incident == incident.id && alert.firing_at) alerts_.push_back(alert.alert);
    }
  }

  Duration first_within(SeverityLevel level) const {
    const auto found = std::ranges::find(targets_.first_posts, level, &FirstPostTarget::severity);
    return found == targets_.first_posts.end() ? Duration(0) : found->within;
  }
  // The playbook's goes before the file's.
  std::optional<Duration> every(SeverityLevel level) const {
    for (const std::string& alert : alerts_) {
      for (const UpdateCadence& each : targets_.cadences) {
        if (each.severity == level && each.alert == alert) return each.every;
      }
    }
    for (const UpdateCadence& each : targets_.cadences) {
      if (each.severity == level && !each.alert) return each.every;
    }
    return std::nullopt;
  }

 private:
  const CommunicationTargets& targets_;
  std::vector<std::string> alerts_;
};

bool says_over(const Event& post) {
  return post.text("status") == to_string(PostStatus::resolved);
}

void judge_first(const Record& record, const IncidentRecord& incident, const Asked& asked, IncidentCommunication& out) {
  const IncidentTimes& times = incident.times;
  std::optional<Time> since = times.acknowledged_at ? times.acknowledged_at : times.detected_at;
  if (since && out.channel == kExternal) {
    const auto worth = worth_telling(incident, record.on_call->communication->public_up_to);
    if (worth) since = std::max(*since, *worth);
  }
  if (since) out.first_due = *since + asked.first_within(*incident.peak);
  if (!out.first_due) {
    out.first = out.first_at ? kKept : kNotDue;
  } else if (out.first_at) {
    out.first = *out.first_at <= *out.first_due ? kKept : kMissed;
  } else if (times.resolved_at && *times.resolved_at <= *out.first_due) {
    out.first = kNotDue;
  } else {
    out.first = *out.first_due > record.judged_to ? kOpen : kMissed;
  }
}

void judge_gaps(const Record& record, const IncidentRecord& incident, const Asked& asked,
                const std::vector<const Event*>& posts, IncidentCommunication& out) {
  for (std::size_t i = 0; i < posts.size(); ++i) {
    if (says_over(*posts[i])) continue;
    const Time from = posts[i]->t;
    const Time end = incident.times.resolved_at.value_or(record.judged_to);
    const Time to = i + 1 < posts.size() ? posts[i + 1]->t : std::max(from, end);
    const auto every = asked.every(worst_until(incident, from));
    if (every && to > from) out.gaps.push_back({from, to, *every, to - from <= *every});
  }
  const bool missed = std::ranges::any_of(out.gaps, [](const UpdateGap& gap) { return !gap.kept; });
  out.cadence = missed ? kMissed : out.gaps.empty() ? "not asked" : kKept;
}

// What broke nothing and is too mild for the status page is over without anybody's word.
bool is_felt(const IncidentRecord& incident, const IncidentCommunication& told) {
  return incident.times.breached_at || told.channel == kExternal;
}

void judge_final(const Record& record, const IncidentRecord& incident, const std::vector<const Event*>& posts,
                 IncidentCommunication& out) {
  if (!posts.empty() && says_over(*posts.back())) out.final_at = posts.back()->t;
  const auto& over = incident.times.resolved_at;
  if (out.final_at) {
    out.final_post = is_said_too_early(incident, *out.final_at) ? kTooEarly : kKept;
  } else if (!is_felt(incident, out) || (posts.empty() && out.first == kNotDue)) {
    out.final_post = kNotDue;
  } else {
    out.final_post = !over || *over + kLastPostWithin > record.judged_to ? kOpen : kMissed;
  }
}

IncidentCommunication communication_of(const Record& record, const IncidentRecord& incident) {
  IncidentCommunication out;
  const bool outside = *incident.peak <= record.on_call->communication->public_up_to;
  out.channel = outside ? kExternal : kInternal;
  out.told_as = names_told(record, incident);
  std::erase(out.told_as, incident.id);
  const auto internal = posts_about(record, incident, kInternal);
  const auto external = posts_about(record, incident, kExternal);
  out.posts_internal = static_cast<int>(internal.size());
  out.posts_external = static_cast<int>(external.size());
  const auto& posts = outside ? external : internal;
  if (!posts.empty()) out.first_at = posts.front()->t;
  const Asked asked(record, incident);
  judge_first(record, incident, asked, out);
  judge_gaps(record, incident, asked, posts, out);
  judge_final(record, incident, posts, out);
  return out;
}

}  // namespace

std::vector<std::string> names_told(const Record& record, const IncidentRecord& incident) {
  std::vector<std::string> names{incident.id};
  for (const Told& told : all_told(record)) {
    if (is_about(record, incident, told)) names.push_back(told.name);
  }
  return names;
}

std::vector<const Event*> posts_about(const Record& record, const IncidentRecord& incident, std::string_view channel) {
  const std::vector<std::string> names = names_told(record, incident);
  std::vector<const Event*> posts;
  for (const Event& event : record.timeline) {
    const bool posted = event.kind == EventKind::communication_posted && contains(names, event.subject);
    if (posted && (event.text("channel") == kInternal) == (channel == kInternal)) posts.push_back(&event);
  }
  return posts;
}

bool is_said_too_early(const IncidentRecord& incident, Time said) {
  const IncidentTimes& times = incident.times;
  return times.breached_at && *times.breached_at <= said && (!times.mitigated_at || said + 1min < *times.mitigated_at);
}

bool is_told_outside(const Record& record, const IncidentRecord& incident) {
  if (incident.times.communicated_at) return true;
  return record.on_call && record.on_call->communication && incident.peak &&
         *incident.peak <= record.on_call->communication->public_up_to;
}

void judge_communication(Record& record) {
  record.status_page.reset();
  for (IncidentRecord& incident : record.incidents) incident.communication.reset();
  if (!record.on_call || !record.on_call->communication) return;
  for (IncidentRecord& incident : record.incidents) {
    if (incident.peak) incident.communication = communication_of(record, incident);
  }
  record.status_page = status_page_of(record);
}

void add_missed_posts(const IncidentRecord& incident, std::vector<Event>& events) {
  if (!incident.communication) return;
  const IncidentCommunication& told = *incident.communication;
  const auto add = [&](Time t, std::string reason) {
    Event event{.t = t, .kind = EventKind::communication_missed, .subject = incident.id, .fields = {}};
    events.push_back(event.with("channel", told.channel).with("reason", std::move(reason)));
  };
  if (told.first == kMissed) add(*told.first_due, "no first post by then");
  for (const UpdateGap& gap : told.gaps) {
    if (!gap.kept) add(gap.from + gap.every, format("no update {} after the one before", describe_duration(gap.every)));
  }
  if (told.final_post == kMissed) add(*incident.times.resolved_at + kLastPostWithin, "nobody has said that it is over");
}

}  // namespace firedrill::incident
