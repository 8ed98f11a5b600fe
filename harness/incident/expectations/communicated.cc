// communicated: others are told of an incident, in time, and go on to be told.
#include <algorithm>
#include <array>

#include "base/duration.h"
#include "base/text/format.h"
#include "incident/expectations/expectation_table.h"
#include "incident/people/communication.h"
#include "incident/people/walk.h"

namespace firedrill::incident::expectations {
using namespace record;
namespace {

constexpr std::array<std::string_view, 2> kCommon{"since", "within"};
constexpr std::array<std::string_view, 2> kChannels{kExternal, kInternal};
constexpr std::array<std::string_view, 4> kStatuses{"investigating", "identified", "monitoring", "resolved"};

constexpr std::array kFields{
    FieldSpec{.name = "incident", .doc = "Which one; without it the first of the run."},
    FieldSpec{.name = "channel",
              .doc = "external: the status page; internal: the team's own.",
              .default_text = "external",
              .choices = kChannels},
    FieldSpec{.name = "status", .doc = "Only a post that says so; without it any.", .choices = kStatuses},
    FieldSpec{.name = "cadence",
              .type = FieldType::boolean,
              .doc =
                  "true: each update comes in time as well, as the playbook or the on-call file asks, and one at the "
                  "end that says that it is over.",
              .default_text = "false"},
};

std::string channel_of(const Expectation& expectation) {
  return expectation.fields.text("channel", kExternal);
}

// "the status page tells of it as identified".
std::string wanted(const Expectation& expectation) {
  std::string out = channel_of(expectation) == kExternal ? "the status page tells" : "the team tells its own people";
  if (expectation.fields.has("incident")) out += format(" of {}", expectation.fields.text("incident"));
  if (expectation.fields.has("status")) out += format(" that it is {}", expectation.fields.text("status"));
  return out;
}

// What the on-call file asks of an incident so severe, where nothing is said.
void take_target(const Expectation& expectation, const Record& record, const IncidentRecord& incident,
                 PeopleWindow& window, Outcome& outcome) {
  const bool says = expectation.fields.has("within") || expectation.fields.has("status");
  if (says || !incident.communication || !incident.communication->first_due) return;
  if (incident.communication->channel != channel_of(expectation)) return;
  window.deadline = std::min(*incident.communication->first_due, record.judged_to);
  outcome.expected +=
      format(" by {}, as the on-call file asks of a {}", when(record, window.deadline), to_string(*incident.peak));
}

void judge_cadence(const Expectation& expectation, const Record& record, const IncidentRecord& incident,
                   Outcome& outcome) {
  if (!expectation.fields.boolean("cadence")) return;
  outcome.expected += ", and keeps the cadence";
  if (outcome.result != Verdict::pass || !incident.communication) return;
  const IncidentCommunication& told = *incident.communication;
  if (told.channel != channel_of(expectation)) {
    outcome.result = Verdict::invalid;
    outcome.why = format("of a {} the cadence is asked of {} posts", to_string(*incident.peak), told.channel);
    return;
  }
  const auto gap = std::ranges::find(told.gaps, false, &UpdateGap::kept);
  if (gap != told.gaps.end()) {
    outcome.result = Verdict::fail;
    outcome.why = format("after the post at {} there was none for {}; one was due after {}", when(record, gap->from),
                         describe_duration(gap->to - gap->from), describe_duration(gap->every));
  } else if (told.final_post == "missed") {
    outcome.result = Verdict::fail;
    outcome.why = "no post says that it is over";
  } else if (told.final_post == "too early") {
    outcome.result = Verdict::fail;
    outcome.why = format("the post at {} says that it is over, and it was not", when(record, *told.final_at));
  }
}

Outcome evaluate(const Expectation& expectation, const Record& record, const promql::Queryable& /*series*/) {
  Outcome outcome;
  outcome.expected = wanted(expectation);
  if (!has_people(record, outcome)) return outcome;
  const IncidentRecord* incident = incident_of(expectation, record);
  if (incident == nullptr) {
    outcome.result = Verdict::invalid;
    outcome.observed = "nothing to tell of";
    outcome.why = "the run has no incident";
    return outcome;
  }
  outcome.subject = incident->id;
  auto window =
      people_window(expectation, record, incident->times.acknowledged_at ? "acknowledged" : "detected", outcome);
  if (!window) return outcome;
  take_target(expectation, record, *incident, *window, outcome);
  const auto posts = posts_about(record, *incident, channel_of(expectation));
  const auto first = std::ranges::find_if(posts, [&](const events::Event* each) {
    const std::string status = expectation.fields.text("status");
    return each->t >= window->since.t && (status.empty() || each->text("status") == status);
  });
  if (first == posts.end()) {
    outcome.result = Verdict::fail;
    outcome.observed = posts.empty()
                           ? "nothing was posted"
                           : format("{} post{}, none that says so", posts.size(), posts.size() == 1 ? "" : "s");
    if (!posts.empty()) {
      outcome.why = format("the last of them at {}: {}", when(record, posts.back()->t), posts.back()->text("status"));
    }
  } else {
    outcome.observed = format("posted at {}, {} after {}", when(record, (*first)->t),
                              describe_duration((*first)->t - window->since.t), window->since.name);
    if ((*first)->t > window->deadline) {
      outcome.result = Verdict::fail;
      outcome.why = format("{} late", describe_duration((*first)->t - window->deadline));
    }
  }
  judge_cadence(expectation, record, *incident, outcome);
  return outcome;
}

void check(const Expectation& expectation, const KnownNames& names, Diagnostics& diagnostics) {
  check_people(expectation, names, diagnostics);
  if (!expectation.fields.boolean("cadence") || !expectation.fields.has("status")) return;
  diagnostics.push_back({Severity::error, expectation.fields.where("cadence"),
                         "a cadence is that of all posts, and not of those with a status",
                         "leave out `status`, or write two expectations"});
}

}  // namespace

ExpectationKind communicated() {
  return {.name = "communicated",
          .doc =
              "Others are told of an incident: a post on the status page (or inside), within the time given since "
              "somebody acknowledged (or since another step; since it was detected, where nobody did). Without "
              "`within` it is to be there when the on-call file's `first_post` asks for it, for the severity that the "
              "incident reached.",
          .common = kCommon,
          .own = kFields,
          .names_alert = false,
          .check = check,
          .evaluate = evaluate};
}

}  // namespace firedrill::incident::expectations
