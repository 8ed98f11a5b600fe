// For who leads the drill: everything.
#include <algorithm>
#include <array>
#include <map>
#include <set>

#include "base/duration.h"
#include "base/text/format.h"
#include "base/text/numbers.h"
#include "record/clock.h"
#include "record/record.h"
#include "reports/game_day/common.h"
#include "reports/game_day/game_day.h"
#include "reports/game_day/seen.h"
#include "reports/words.h"

namespace firedrill::reports::game_day {
namespace {

using record::Record;

// What is practised, and which expectations say that it went well.
struct Aim {
  std::string_view title;
  std::vector<std::string_view> kinds;
  std::vector<std::string_view> measures{};  // of the kind `measure`
};

const std::vector<Aim>& aims() {
  static const std::vector<Aim> kAims{
      {"To notice it",
       {"alert_firing", "alert_pending", "notified", "dead_mans_switch"},
       {"ttd", "ttd_injected", "first_sign", "delivery"}},
      {"To call the right people", {"paged", "acknowledged", "escalated", "not_paged", "pages_at_most"}, {"tta"}},
      {"To judge how bad it is", {"severity", "budget_left", "burn_rate"}},
      {"To tell those who need to know", {"communicated"}, {"ttc"}},
      {"To mend it", {"action_effective"}, {"ttm", "ttr"}},
      {"To know the system: what breaks with it, and what does not", {"probe", "restarts", "endpoints", "promql"}},
      {"To be left alone by all the rest",
       {"no_other_alerts", "alert_not_firing", "not_notified", "inhibited_by", "silenced", "grouped"}}};
  return kAims;
}

bool is_of(const Aim& aim, const Record& record, const record::ExpectationRecord& expectation) {
  if (expectation.kind != "measure") return std::ranges::find(aim.kinds, expectation.kind) != aim.kinds.end();
  const auto declared = std::ranges::find(record.declared.expectations, expectation.id, &record::Expectation::id);
  const std::string measure =
      declared == record.declared.expectations.end() ? std::string() : declared->fields.text("measure");
  return std::ranges::find(aim.measures, measure) != aim.measures.end();
}

// What the harm is to be like, and not what people are to do about it: nobody aims at a longer time, or at a worse
// severity.
bool is_of_harm(const Record& record, const record::ExpectationRecord& expectation) {
  constexpr std::array<std::string_view, 4> kOfSystem = {"probe", "restarts", "endpoints", "promql"};
  if (std::ranges::find(kOfSystem, expectation.kind) != kOfSystem.end()) return true;
  const auto declared = std::ranges::find(record.declared.expectations, expectation.id, &record::Expectation::id);
  if (declared == record.declared.expectations.end()) return false;
  const auto has = [&](std::string_view field) { return declared->fields.has(field); };
  return (expectation.kind == "measure" && has("at_least")) || (expectation.kind == "severity" && has("peak")) ||
         (expectation.kind == "budget_left" && has("at_most")) || (expectation.kind == "burn_rate" && has("over"));
}

Section aims_section(const Record& record) {
  Section out{"aims", "Aims"};
  std::vector<std::string> harm;
  for (const Aim& aim : aims()) {
    std::vector<std::string> wanted;
    for (const auto& each : record.expectations) {
      if (!is_of(aim, record, each)) continue;
      (is_of_harm(record, each) ? harm : wanted).push_back(sentence_case(each.outcome.expected) + ".");
    }
    if (wanted.empty()) continue;
    out.blocks.push_back(text(format("{}. It went well when:", aim.title)));
    out.blocks.push_back(list(std::move(wanted)));
  }
  if (out.blocks.empty()) {
    out.blocks.push_back(
        text("The scenario expects nothing of people: agree on what you want to learn, and write it down before the "
             "drill."));
  }
  if (!harm.empty()) {
    out.blocks.push_back(text("No aim of anybody, but what the simulated run is to show:"));
    out.blocks.push_back(list(std::move(harm)));
  }
  return out;
}

Section roles_section(const Record& record) {
  std::vector<std::vector<std::string>> rows{
      {"Facilitator", "",
       "Leads the drill by this sheet, starts the injects, says when it ends. Gives no hints but those below."},
      {"Stop-holder", "",
       "Watches production and everything that is real; may end the drill at any time, alone, without a reason."},
      {"Observer", "", "Writes down who noticed, said and did what, and when. Takes no part."}};
  for (const std::string& role : called_roles(record)) {
    rows.push_back({role, "", "Is called as in earnest, and works the incident by the playbooks."});
  }
  rows.push_back(
      {"Communications", "", "Writes what would be written to customers and colleagues, and sends it nowhere."});
  return {"roles", "Roles", {table({"role", "who", "what they do"}, std::move(rows))}};
}

std::string remedies_of(const Briefing& briefing, const std::string& fault) {
  const auto found = std::ranges::find(briefing.remedies, fault, &Briefing::Remedy::fault);
  return found == briefing.remedies.end() || found->actions.empty() ? "" : joined(found->actions, ", or ");
}

// "failover postgres; else by itself at 14:30:00".
std::string ended_by(const Record& record, const record::FaultRecord& fault, const Briefing& briefing) {
  const std::string remedies = remedies_of(briefing, fault.id);
  if (fault.until >= record.judged_to) {
    return (remedies.empty() ? "nothing that people do" : remedies) + "; not by itself before the drill is over";
  }
  const std::string itself = format("by itself at {}", clock_of(record, fault.until));
  return remedies.empty() ? "nothing that people do; " + itself : format("{}; else {}", remedies, itself);
}

std::string inject_of(const record::FaultRecord& fault) {
  const std::string more = fault.parameters.empty() ? "" : format(" ({})", fault.parameters);
  return format("{}: {} on {}{}", fault.id, fault.kind, fault.target, more);
}

Section injects_section(const Record& record, const Briefing& briefing) {
  struct Row {
    Time t{};
    std::string what;
    std::string more;
  };
  std::vector<Row> rows{{record.judged_from, "The drill begins: everything is as usual", "Say so aloud."}};
  for (const record::FaultRecord& fault : record.faults) {
    rows.push_back({fault.at, "Begin " + inject_of(fault), format("Ended by: {}.", ended_by(record, fault, briefing))});
    if (fault.until < record.judged_to) {
      rows.push_back({fault.until, format("End {}, if nobody has", fault.id), "It ends by itself at that time."});
    }
  }
  for (const Briefing::Silence& silence : briefing.silences) {
    const std::string comment = silence.comment.empty() ? "" : format(", \"{}\"", silence.comment);
    rows.push_back({record.judged_from + silence.from, format("Set the silence {}{}", silence.matchers, comment),
                    silence.to ? format("Until {}.", clock_of(record, record.judged_from + *silence.to)) : ""});
  }
  for (const Briefing::Cue& cue : briefing.cues) rows.push_back({record.judged_from + cue.at, cue.what, cue.note});
  rows.push_back({record.judged_to, "The drill ends", "Say so aloud, then go back as below."});
  std::ranges::stable_sort(rows, {}, &Row::t);
  std::vector<std::vector<std::string>> cells;
  for (Row& row : rows) {
    cells.push_back(
        {clock_of(record, row.t), since_start(record, row.t), std::move(row.what), std::move(row.more), ""});
  }
  return {
      "injects",
      "Schedule of injects",
      {text("Times are the scenario's own, in UTC; what counts is the time since the start. The last column is for the "
            "time at which it was done."),
       table({"clock", "since the start", "inject", "note", "done at"}, std::move(cells))}};
}

Section seen_section(const Record& record) {
  const std::vector<Seen> seen = seen_in(record);
  std::vector<std::vector<std::string>> rows;
  for (const Seen& each : seen) {
    rows.push_back({clock_of(record, each.t), since_start(record, each.t), each.where, sentence_case(each.what), ""});
  }
  Section out{"seen", "What should be seen when", {}};
  out.blocks.push_back(text(format(
      "From one run of this scenario in virtual time, with seed {}: a simulation, and not a forecast to the second. {} "
      "Your people, your load and your systems take their own time; what matters is the order, and what stays away.",
      record.seed, people_in_it(record))));
  if (record.verdict != record::Verdict::pass) {
    out.blocks.push_back(
        text(format("That run did not meet all that the scenario expects ({}): mend the scenario before you play it.",
                    record.verdict_why)));
  }
  if (!rows.empty()) {
    out.blocks.push_back(table({"clock", "since the start", "where", "what", "seen at"}, std::move(rows)));
  }
  if (seen.size() == kMostSeen) {
    out.blocks.push_back(text(format("These are the first {}; the report of the run has all.", kMostSeen)));
  }
  return out;
}

Section guides_section(const Briefing& briefing) {
  if (briefing.guides.empty()) return {"playbooks", "Playbooks"};
  std::vector<std::vector<std::string>> rows;
  for (const Briefing::Guide& guide : briefing.guides) rows.push_back({guide.alert, guide.title, guide.file});
  return {"playbooks",
          "Playbooks",
          {text("Where the alerts lead. See that each opens from where people work before the drill begins."),
           table({"alert", "playbook", "file"}, std::move(rows))}};
}

std::vector<std::string> fired(const Record& record) {
  std::set<std::string> names;
  for (const record::AlertRecord& alert : record.alerts) {
    if (alert.firing_at && *alert.firing_at >= record.judged_from && alert.labels.get("severity") != "none") {
      names.insert(alert.alert);
    }
  }
  return {names.begin(), names.end()};
}

Section questions_section(const Record& record) {
  std::vector<std::string> during{
      "What do you know, what do you suppose, and what would tell the two apart?",
      "Who is affected, and how do you know? Would you know if no customer had written?",
      "Which severity is it now? Say which number decides that.",
      "What changed last? Where would you see a change that nobody told you of?",
      "What will you do next, what should it change, and after what time has it not helped?",
      "Who else needs to know, and by when is the next update due?"};
  std::vector<std::string> after{"What told you first? What could have told you sooner?",
                                 "What did you look at that told you nothing? Why was it looked at?",
                                 "Which step did help, and which only took time? Was any of them hard to undo?",
                                 "Where did you wait for a person, a right or a password?", "What was luck?"};
  for (const std::string& alert : fired(record)) {
    after.push_back(format("{}: did it say what was wrong, or only that something was? Did its playbook fit?", alert));
  }
  for (const record::SloRecord& slo : record.slos) {
    after.push_back(
        format("What of the error budget of {} did this cost ({} was left at the end of the simulated run)? Is that "
               "worth a change?",
               slo.name, describe_ratio(slo.budget_left)));
  }
  return {"questions",
          "Questions to ask",
          {text("While it goes on, when nobody speaks. None of them is a hint:"), list(std::move(during)),
           text("Afterwards, together, within a day:"), list(std::move(after))}};
}

std::optional<record::SeverityLevel> worst(const Record& record) {
  std::optional<record::SeverityLevel> peak;
  for (const record::IncidentRecord& incident : record.incidents) {
    if (incident.peak && (!peak || *incident.peak < *peak)) peak = incident.peak;
  }
  return peak;
}

// When the last harm of all was over; nothing: it was not, by the end of the run.
std::optional<Time> all_mitigated(const Record& record) {
  std::optional<Time> last;
  for (const record::IncidentRecord& incident : record.incidents) {
    if (!incident.times.breached_at) continue;
    if (!incident.times.mitigated_at) return std::nullopt;
    last = std::max(last.value_or(*incident.times.mitigated_at), *incident.times.mitigated_at);
  }
  return last;
}

Section abort_section(const Record& record) {
  std::vector<std::string> when{
      "Something real breaks, or a page comes that the drill did not cause: the drill ends, and the real one is "
      "worked.",
      "Customers, or a service that is no part of this, are hit, and that was not agreed.",
      "Monitoring or paging is lost where the schedule does not say so: nobody would see the real one.",
      "Nobody can end an inject in the way that was written down for it before the drill.",
      "Somebody who takes part asks for it."};
  if (const auto peak = worst(record); peak && *peak != record::SeverityLevel::p0) {
    when.push_back(
        format("It becomes worse than {}, which is as far as it went in the simulated run.", record::to_string(*peak)));
  }
  for (const record::SloRecord& slo : record.slos) {
    when.push_back(
        format("The error budget of {} falls below 25 %, or below what was agreed ({} was left at the end of the "
               "simulated run, which began with a full one).",
               slo.name, describe_ratio(slo.budget_left)));
  }
  if (const auto mitigated = all_mitigated(record)) {
    when.push_back(format("It is not over by {} ({} since the start): in the simulated run all was mitigated by {}.",
                          clock_of(record, record.judged_to), since_start(record, record.judged_to),
                          since_start(record, *mitigated)));
  }
  return {"abort",
          "When to stop",
          {text("Before the drill: agree on one word that ends it, and see that everybody knows it. Stop when:"),
           boxes(std::move(when))}};
}

// How an inject is ended where the drill is played, only they know who begin it there: there is room for it.
Block undo_table(const Record& record, const Briefing& briefing) {
  std::vector<std::vector<std::string>> rows;
  for (auto fault = record.faults.rbegin(); fault != record.faults.rend(); ++fault) {
    rows.push_back({format("{} ({} on {})", fault->id, fault->kind, fault->target), ended_by(record, *fault, briefing),
                    fault->witness.seen_at ? fault->witness.what : "it had no effect in the simulated run", "", ""});
  }
  return table({"inject", "what ends it in the simulation", "over when this is no longer seen", "how it is ended here",
                "ended at"},
               std::move(rows));
}

Section back_section(const Record& record, const Briefing& briefing) {
  std::vector<std::string> steps;
  steps.push_back(
      "Undo what people did and nothing ends by itself: limits and shares that are shed, features that were switched "
      "off, nodes that were drained, numbers of replicas, silences.");
  steps.push_back("Wait until no alert fires that did not fire before the drill; ask why of each that still does.");
  for (const record::SloRecord& slo : record.slos) {
    steps.push_back(
        format("See that {} has been within its objective for {}.", slo.name, describe_duration(record.declared.hold)));
  }
  steps.push_back(
      "Say to everybody who was told of the drill that it is over, and that from now on every page is real.");
  Section out{"back", "How to go back", {}};
  if (!record.faults.empty()) {
    out.blocks.push_back(
        text("Last in, first out. The simulation cannot say how an inject is ended in your environment: whoever begins "
             "it writes that down here before the drill, and has tried it."));
    out.blocks.push_back(undo_table(record, briefing));
  }
  out.blocks.push_back(boxes(std::move(steps)));
  return out;
}

Section before_section() {
  return {"before",
          "Before it begins",
          {boxes({"A date and an hour at which help is awake; no release and no other drill then.",
                  "Everybody who could be called has been told that there will be a drill, and not what it is.",
                  "The stop-holder, the word, and who is told when it is said.",
                  "The participants' sheet is handed out, and this one is not.",
                  "How each inject is ended here is written down below, and somebody has tried it.",
                  "Nothing real is open, and the error budget allows it.",
                  "Somebody has gone through this sheet aloud, once, with the stop-holder."})}};
}

Section notes_section() {
  return {
      "notes",
      "Notes of the observer",
      {table({"time", "who (role)", "what was noticed, said or done"}, std::vector(8, std::vector<std::string>(3)))}};
}

}  // namespace

Sheet facilitator_sheet(const Record& record, const Briefing& briefing) {
  Sheet sheet{
      .title = format("Game day: {}", record.scenario),
      .for_whom =
          "For the facilitator, the stop-holder and the observer alone. Everything that will happen stands here",
      .lead = format("{} {} from {} to {} UTC by the scenario's clock.", record.summary,
                     describe_duration(record.judged_to - record.judged_from), clock_of(record, record.judged_from),
                     clock_of(record, record.judged_to)),
      .sections = {},
      .foot = {}};
  sheet.sections = {aims_section(record),
                    roles_section(record),
                    before_section(),
                    injects_section(record, briefing),
                    seen_section(record),
                    guides_section(briefing),
                    questions_section(record),
                    abort_section(record),
                    back_section(record, briefing),
                    notes_section()};
  sheet.foot = format("Written by firedrill {} from a simulated run: {}", record.firedrill, record.command);
  return sheet;
}

}  // namespace firedrill::reports::game_day
