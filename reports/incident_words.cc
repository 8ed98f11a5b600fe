#include "reports/incident_words.h"

#include <algorithm>

#include "base/text/format.h"
#include "incident/incidents/incidents.h"
#include "incident/truth.h"

namespace firedrill::reports {
namespace {

using record::IncidentRecord;
using record::Measure;
using record::Record;

constexpr std::size_t kMostFaults = 3;  // that a sentence names

std::string detection(const IncidentRecord& incident) {
  const Measure* ttd = incident.measure("ttd");
  const Measure* from_fault = incident.measure("ttd_injected");
  if (incident.detected_by == "nobody") {
    const Measure* sign = incident.measure("first_sign");
    if (!incident.times.first_sign_at) return "nobody detected it";
    return sign != nullptr && sign->value && !sign->early
               ? format("nobody was paged; the first sign came {} after the breach", sign->text)
               : std::string("nobody was paged, though an alert fired");
  }
  const std::string who = incident.detected_by == "alert" ? incident.detected_alert : "a person";
  const Measure* shown = ttd != nullptr && ttd->value ? ttd : from_fault;
  if (shown == nullptr || !shown->value) return who + " detected it";
  if (shown->early) return who + " detected it ahead of the breach";
  return format("{} detected it {} after the {}", who, shown->text, shown == ttd ? "breach" : "fault");
}

std::string after(const IncidentRecord& incident, std::string_view name, std::string_view done,
                  std::string_view not_done) {
  const Measure* measure = incident.measure(name);
  if (measure == nullptr || !measure->value) return "";
  if (measure->censored) return format("; it was {} when the run ended", not_done);
  return format("; it was {} after {}", done, measure->text);
}

// "connection_refused on postgres and latency on redis"; empty if no fault of it is known.
std::string cause(const Record& record, const IncidentRecord& incident) {
  std::vector<std::string> named;
  std::size_t left_out = 0;
  for (const std::string& id : incident.faults) {
    const record::FaultRecord* fault = record.fault(id);
    if (fault == nullptr) continue;
    if (named.size() < kMostFaults) {
      named.push_back(format("{} on {}", fault->kind, fault->target));
    } else {
      ++left_out;
    }
  }
  if (left_out > 0) named.push_back(format("{} more fault{}", left_out, left_out == 1 ? "" : "s"));
  std::string out;
  for (std::size_t i = 0; i < named.size(); ++i)
    out += format("{}{}", i == 0 ? "" : i + 1 == named.size() ? " and " : ", ", named[i]);
  return out;
}

// The objectives that were missed as it broke. The minutes may not be kept, and an objective that another incident
// broke before is not missed anew.
std::string objectives_missed(const Record& record, const IncidentRecord& incident) {
  const auto slos = incident::slos_of(record, incident);
  if (slos.size() == 1) return slos.front()->name;
  std::string out;
  if (incident::minute_count(record) > 0) {
    const std::size_t minute = incident::minute_at(record, *incident.times.breached_at);
    for (const record::Slo* slo : slos) {
      if (incident::misses(record, *slo, minute)) out += (out.empty() ? "" : " and ") + slo->name;
    }
    return out.empty() ? "its objective" : out;
  }
  for (const events::Event& event : record.timeline) {
    if (event.kind != events::EventKind::slo_breached || event.t != incident.times.breached_at) continue;
    if (std::ranges::none_of(slos, [&](const record::Slo* slo) { return slo->name == event.subject; })) continue;
    out += (out.empty() ? "" : " and ") + event.subject;
  }
  return out.empty() ? "its objective" : out;
}

std::string listed(const std::vector<std::string>& names) {
  std::string out;
  for (const std::string& name : names) out += (out.empty() ? "" : ", ") + name;
  return out;
}

void add_once(std::vector<std::string>& names, std::string name) {
  if (std::ranges::find(names, name) == names.end()) names.push_back(std::move(name));
}

// Whom it called, by what they were called as, and which of their actions helped.
std::string people(const Record& record, const IncidentRecord& incident) {
  if (!record.on_call || !incident.times.injected_at) return "";
  std::vector<std::string> paged, acknowledged, helped, vain;
  const Time until = incident.times.resolved_at.value_or(record.judged_to);
  for (const events::Event& event : record.timeline) {
    if (event.t < *incident.times.injected_at || event.t > until) continue;
    const bool has_helped = event.kind == events::EventKind::action_effective;
    if (has_helped || event.kind == events::EventKind::action_ineffective) {
      if (is_about(event, record, incident)) add_once(has_helped ? helped : vain, event.subject);
      continue;
    }
    const bool page = event.kind == events::EventKind::oncall_paged;
    if (!page && event.kind != events::EventKind::oncall_acknowledged) continue;
    if (incident::concerns(record, incident, event)) add_once(page ? paged : acknowledged, event.text("tier"));
  }
  std::string out = paged.empty() ? "Nobody was called" : "Called: " + listed(paged);
  if (!paged.empty()) out += acknowledged.empty() ? "; nobody acknowledged" : "; acknowledged: " + listed(acknowledged);
  if (!helped.empty()) out += "; what helped: " + listed(helped);
  if (!vain.empty()) out += "; what did not: " + listed(vain);
  return out + ". ";
}

std::string sentence(const Record& record, const IncidentRecord& incident) {
  std::string out = format("{}: {}. ", incident.id, what_broke(record, incident));
  if (!incident.peak) return out;
  out += format("It peaked at {} ({}): {}{}{}. ", record::to_string(*incident.peak), record::describe(*incident.peak),
                detection(incident), after(incident, "ttm", "mitigated", "not mitigated"),
                after(incident, "ttr", "resolved", "not resolved"));
  if (const std::string broken_by = unseen_by_slos(incident); !broken_by.empty()) out += broken_by + ". ";
  return out + people(record, incident);
}

std::string without_blanks_at_end(std::string text) {
  while (text.ends_with(' ')) text.pop_back();
  return text;
}

std::string of_several(const Record& record) {
  const auto opened =
      std::ranges::count_if(record.incidents, [](const auto& incident) { return incident.peak.has_value(); });
  const std::size_t all = record.incidents.size();
  if (!incident::judged_by_minutes(record)) {
    const auto alerted = std::ranges::count_if(
        record.incidents, [](const auto& incident) { return incident.times.first_sign_at.has_value(); });
    return format(
        "Of {} incidents it is not judged whether they broke anything, since less than a full minute was "
        "judged; {} of them fired an alert.",
        all, alerted == 0 ? std::string("none") : format("{}", alerted));
  }
  if (opened == 0)
    return format(
        "None of {} incidents opened: no objective was missed, no severity threshold crossed, and no alert "
        "of them fired.",
        all);
  const IncidentRecord& worst = *worst_incident(record);
  return format("{} incidents{}; the worst is {}", all,
                opened < static_cast<std::ptrdiff_t>(all) ? format(", of which {} opened", opened) : "",
                sentence(record, worst));
}

}  // namespace

bool is_about(const events::Event& action, const Record& record, const IncidentRecord& incident) {
  const std::string target = action.subject.substr(action.subject.find(' ') + 1);
  const auto names = [&](const std::vector<std::string>& all) { return std::ranges::find(all, target) != all.end(); };
  if (names(incident.blast_radius) || names(incident.nodes)) return true;
  return std::ranges::none_of(record.incidents, [&](const IncidentRecord& other) {
    return other.id != incident.id && other.times.injected_at && *other.times.injected_at <= action.t &&
           (!other.times.resolved_at || *other.times.resolved_at >= action.t);
  });
}

std::string what_broke(const Record& record, const IncidentRecord& incident) {
  const std::string by = cause(record, incident);
  const std::string who = by.empty() ? "it" : by;
  if (!incident::judged_by_minutes(record)) {
    return format("{}it is not judged whether it broke anything, since less than a full minute was judged; {}",
                  by.empty() ? "" : "of " + by + " ",
                  incident.times.first_sign_at ? "an alert of it fired" : "no alert of it fired");
  }
  if (!incident.peak) return who + " broke no objective, crossed no severity threshold and fired no alert";
  if (!incident.times.breached_at && *incident.peak < record::SeverityLevel::p3) {
    // Others crossed them, or they had been crossed before.
    return who + " broke no objective, and none of the severity thresholds crossed meanwhile is put down to it";
  }
  if (!incident.times.breached_at) return who + " broke no objective and crossed no severity threshold";
  if (incident.thresholds_crossed) return who + " crossed a severity threshold";
  return format("{} broke {}", who, objectives_missed(record, incident));
}

const IncidentRecord* worst_incident(const Record& record) {
  const auto level = [](const IncidentRecord& incident) {
    return incident.peak ? static_cast<int>(*incident.peak) : 9;
  };
  const auto it = std::ranges::min_element(record.incidents, {}, level);
  return it == record.incidents.end() ? nullptr : &*it;
}

std::string headline(const Record& record) {
  if (record.incidents.empty()) {
    const auto fired = std::ranges::count_if(record.alerts, [](const record::AlertRecord& alert) {
      return alert.firing_at && alert.attribution == "spurious";
    });
    return fired == 0 ? "Nothing was injected, and no alert fired that should not have."
                      : format("Nothing was injected, and {} alert{} fired.", fired, fired == 1 ? "" : "s");
  }
  return without_blanks_at_end(record.incidents.size() == 1 ? sentence(record, record.incidents.front())
                                                            : of_several(record));
}

std::string headline_of(const Record& record, const IncidentRecord& incident) {
  return without_blanks_at_end(sentence(record, incident));
}

std::string unseen_by_slos(const IncidentRecord& incident) {
  if (!incident.thresholds_crossed) return "";
  return format("No SLO was missed by then; a severity threshold was crossed: {}", *incident.thresholds_crossed);
}

std::string_view without_peak(const Record& record) {
  return incident::judged_by_minutes(record) ? "never opened" : "not judged";
}

std::string_view impact_span(const Record& record, const IncidentRecord& incident) {
  if (!incident.peak) return "in the minutes of the fault";
  if (incident.times.mitigated_at) return "from the minute of the injection to the mitigation";
  if (incident.times.resolved_at) return "from the minute of the injection to that of the resolution";
  const bool cut = (record.judged_to - record.judged_from) % Duration(1min) != Duration(0);
  return cut ? "from the minute of the injection to the run's last full one"
             : "from the minute of the injection to the end of the run";
}

std::string others_meanwhile(const Record& record, const IncidentRecord& incident) {
  const auto span = [&](const IncidentRecord& each) {
    const auto end = each.times.mitigated_at ? each.times.mitigated_at : each.times.resolved_at;
    return std::pair(*each.times.injected_at, end.value_or(record.judged_to));
  };
  std::vector<std::string> names;
  for (const IncidentRecord& other : record.incidents) {
    const bool counts = other.id != incident.id && other.peak && other.times.injected_at && incident.times.injected_at;
    if (!counts || span(other).first >= span(incident).second || span(incident).first >= span(other).second) continue;
    names.push_back(other.id);
  }
  if (names.empty()) return {};
  if (names.size() > 2) return format("while {} and {} more incidents went on as well", names[0], names.size() - 1);
  return format("while {}{} went on as well", names[0], names.size() == 2 ? " and " + names[1] : "");
}

}  // namespace firedrill::reports
