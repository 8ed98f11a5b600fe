// For who takes part: how the drill is played, and nothing of what will happen in it. Of the record it reads the clock,
// the services, the objectives, the thresholds of severity and who is on call, and nothing else: whatever a scenario
// has in store stands in other fields.
#include <algorithm>

#include "base/duration.h"
#include "base/text/format.h"
#include "base/text/numbers.h"
#include "record/record.h"
#include "reports/game_day/common.h"
#include "reports/game_day/game_day.h"

namespace firedrill::reports::game_day {
namespace {

using record::Record;

Section when_section(const Record& record) {
  return {"when",
          "When",
          {table({"what", "this time"},
                 {{"Date and hour of the drill", ""},
                  {"It lasts", describe_duration(record.judged_to - record.judged_from)},
                  {"It plays on", format("{} from {} UTC", format_instant(record.judged_from).substr(0, 10),
                                         format_clock(record.judged_from))},
                  {"Where people meet", ""},
                  {"The word that ends it", ""},
                  {"Facilitator, and how to reach them", ""}})}};
}

Section rules_section() {
  return {"rules",
          "Rules",
          {list({"Work as you would in earnest: acknowledge, say what you do, hand over what you cannot do.",
                 "Begin every message about it with DRILL, in every channel, so that nobody takes it for real.",
                 "Say what you are about to change before you change it, and what it should do.",
                 "Nothing is sent to customers. Write it as you would, and show it to the facilitator.",
                 "What you may not touch in the drill, the facilitator has told you. If in doubt, ask.",
                 "If something real happens, say the word: the drill ends at once, and nobody is asked why.",
                 "It tests how we work together and what we work with, and nobody who takes part."})}};
}

Section roles_section(const Record& record) {
  std::vector<std::vector<std::string>> rows;
  for (const std::string& role : called_roles(record)) rows.push_back({role, ""});
  rows.push_back({"Communications", ""});
  rows.push_back({"Observer (takes no part)", ""});
  return {"roles", "Who is who", {table({"role", "who"}, std::move(rows))}};
}

Section system_section(const Record& record) {
  std::vector<std::vector<std::string>> rows;
  for (const record::ServiceSummary& service : record.services) {
    rows.push_back({service.name, service.entry_point ? "customers come in here" : "",
                    service.dependencies.empty() ? "nobody" : joined(service.dependencies, ", ")});
  }
  return {"system", "The system", {table({"service", "", "calls"}, std::move(rows))}};
}

std::string wanted_of(const record::Slo& slo) {
  if (slo.sli == record::SliKind::latency) {
    return format("{} of the requests take at most {}", describe_ratio(slo.objective),
                  describe_duration(slo.threshold));
  }
  return format("{} of the requests succeed", describe_ratio(slo.objective));
}

Section objectives_section(const Record& record) {
  if (record.declared.slos.empty()) return {"objectives", "What customers are promised"};
  std::vector<std::vector<std::string>> rows;
  for (const record::Slo& slo : record.declared.slos) {
    rows.push_back({slo.name, slo.service.empty() ? "where customers come in" : slo.service, wanted_of(slo),
                    describe_duration(slo.window)});
  }
  return {"objectives", "What customers are promised", {table({"objective", "of", "wanted", "over"}, std::move(rows))}};
}

std::string any_of(const record::SeverityRule& rule) {
  std::vector<std::string> parts;
  if (rule.availability_under) parts.push_back("availability under " + describe_ratio(*rule.availability_under));
  if (rule.affected_over) parts.push_back(format("over {} of the users affected", describe_ratio(*rule.affected_over)));
  if (rule.error_rate_over)
    parts.push_back(format("over {} of the requests fail", describe_ratio(*rule.error_rate_over)));
  if (rule.p95_seconds_over) {
    parts.push_back("95th percentile over " + describe_duration(from_seconds(*rule.p95_seconds_over)));
  }
  return parts.empty() ? "nothing alone" : joined(parts, "; or ");
}

Section severity_section(const Record& record) {
  const record::SeverityThresholds& limits = record.declared.severity;
  const std::pair<record::SeverityLevel, std::string> levels[] = {{record::SeverityLevel::p0, any_of(limits.p0)},
                                                                  {record::SeverityLevel::p1, any_of(limits.p1)},
                                                                  {record::SeverityLevel::p2, any_of(limits.p2)},
                                                                  {record::SeverityLevel::p3, "anything less"}};
  std::vector<std::vector<std::string>> rows;
  for (const auto& [level, when] : levels) {
    const auto target = record.on_call ? record.on_call->target_of(level) : std::nullopt;
    rows.push_back({format("{}, {}", record::to_string(level), record::describe(level)), when,
                    target ? describe_duration(*target) : "not set"});
  }
  return {"severity",
          "How bad is it?",
          {text("Over the last five minutes; the worst line that holds counts."),
           table({"severity", "any of", "acknowledge within"}, std::move(rows))}};
}

// What is asked of who tells others, if anything is.
Section telling_section(const Record& record) {
  Section out{"telling", "Telling others"};
  if (!record.on_call || !record.on_call->communication) return out;
  const record::CommunicationTargets& asked = *record.on_call->communication;
  std::vector<std::vector<std::string>> rows;
  for (const record::FirstPostTarget& first : asked.first_posts) {
    std::string every = "not asked";
    for (const record::UpdateCadence& cadence : asked.cadences) {
      // What a playbook says stands in it, and names its alert.
      if (cadence.severity == first.severity && !cadence.alert) every = describe_duration(cadence.every);
    }
    rows.push_back({std::string(record::to_string(first.severity)),
                    first.severity <= asked.public_up_to ? "the status page, and inside" : "inside",
                    describe_duration(first.within), std::move(every)});
  }
  if (rows.empty()) return out;
  out.blocks = {text("Times of the first post count from the acknowledgement. A playbook may ask for other updates."),
                table({"severity", "who is told", "first post within", "an update every"}, std::move(rows))};
  return out;
}

Section work_section() {
  return {
      "work",
      "While you work",
      {boxes({"Acknowledge, and say that you have it.", "Say how bad it is, and by which number.",
              "Open the playbook to which the alert leads.", "Stop the bleeding first; find out why afterwards.",
              "Look whether each step did what it should, and say so.", "Tell the others: what, since when, what next.",
              "If you do not get on, hand it up. Nobody is counted for that."})}};
}

Section log_section() {
  return {"log",
          "Your log",
          {table({"time", "what I saw", "what I did, and what it should change", "did it?"},
                 std::vector(10, std::vector<std::string>(4)))}};
}

}  // namespace

Sheet participants_sheet(const Record& record) {
  Sheet sheet{.title = "Game day",
              .for_whom = "For everybody who takes part",
              .lead =
                  "Something will go wrong. You will be called, or you will notice; then it is yours to work on. This "
                  "sheet says how we play, and nothing of what will happen.",
              .sections = {},
              .foot = format("Written by firedrill {}", record.firedrill)};
  sheet.sections = {when_section(record),
                    rules_section(),
                    roles_section(record),
                    system_section(record),
                    objectives_section(record),
                    severity_section(record),
                    telling_section(record),
                    work_section(),
                    log_section()};
  return sheet;
}

}  // namespace firedrill::reports::game_day
