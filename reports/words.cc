#include "reports/words.h"

#include <algorithm>
#include <array>
#include <cstddef>
#include <functional>

#include "base/duration.h"
#include "base/text/format.h"
#include "base/text/numbers.h"
#include "events/event.h"
#include "record/clock.h"
#include "record/record.h"

namespace firedrill::reports {

using record::IncidentRecord;
using record::Record;
using record::Verdict;

std::string_view verdict_word(Verdict verdict) {
  switch (verdict) {
    case Verdict::pass:
      return "Passed";
    case Verdict::fail:
      return "Failed";
    case Verdict::invalid:
      return "Invalid";
    case Verdict::scored:
      return "Scored";
  }
  return "";
}

std::string_view verdict_sign(Verdict verdict) {
  switch (verdict) {
    case Verdict::pass:
      return "✓";
    case Verdict::fail:
      return "✕";
    case Verdict::invalid:
      return "!";
    case Verdict::scored:
      return "◆";
  }
  return "";
}

std::string points_words(const record::ScoreLine& line) {
  if (line.points < 0) return format("−{:.0f}", -line.points);
  return line.most > 0 ? format("{:.0f} of {:.0f}", line.points, line.most) : "–";
}

SeverityTarget severity_target_of(const Record& record, const IncidentRecord& incident) {
  for (const record::Expectation& expectation : record.declared.expectations) {
    if (expectation.kind != "severity") continue;
    const std::string wanted = expectation.fields.text("incident");
    const bool first = !record.incidents.empty() && record.incidents.front().id == incident.id;
    if (wanted.empty() ? !first : wanted != incident.id) continue;
    const bool bound = !expectation.fields.has("peak");
    const auto judged = std::ranges::find(record.expectations, expectation.id, &record::ExpectationRecord::id);
    return {record::parse_severity(expectation.fields.text(bound ? "no_worse_than" : "peak")), bound,
            judged == record.expectations.end() ? Verdict::invalid : judged->outcome.result};
  }
  return {};
}

std::string Target::words() const {
  std::string out = at_least ? "at least " + describe_duration(*at_least) : "";
  if (at_most) out += (out.empty() ? "at most " : " and at most ") + describe_duration(*at_most);
  return out;
}

bool Target::exceeded_by(const record::Measure& measure) const {
  return at_most && measure.value && (measure.censored || *measure.value > *at_most);
}

Target target_of(const Record& record, const IncidentRecord& incident, std::string_view measure) {
  Target target;
  for (const record::Expectation& expectation : record.declared.expectations) {
    const Fields& fields = expectation.fields;
    if (expectation.kind != "measure" || fields.text("measure") != measure) continue;
    const std::string wanted = fields.text("incident");
    const bool first = !record.incidents.empty() && record.incidents.front().id == incident.id;
    if (wanted.empty() ? !first : wanted != incident.id) continue;
    if (fields.has("at_most"))
      target.at_most = std::min(fields.duration("at_most"), target.at_most.value_or(Duration::max()));
    if (fields.has("at_least"))
      target.at_least = std::max(fields.duration("at_least"), target.at_least.value_or(Duration::min()));
    const auto judged = std::ranges::find(record.expectations, expectation.id, &record::ExpectationRecord::id);
    const Verdict result = judged == record.expectations.end() ? Verdict::invalid : judged->outcome.result;
    if (target.result != Verdict::fail && result != Verdict::pass) target.result = result;
  }
  return target;
}

std::string span_words(const Record& record) {
  const std::string from = format_instant(record.judged_from);
  const std::string to = format_instant(record.judged_to);
  const bool same_day = from.substr(0, 10) == to.substr(0, 10);
  return format("{} {}, {} {} to {}{} UTC", describe_duration(record.judged_to - record.judged_from),
                record.world == "live" ? "live" : "simulated", from.substr(0, 10), from.substr(11, 5),
                same_day ? "" : to.substr(0, 10) + " ", to.substr(11, 5));
}

std::string sentence_case(std::string text) {
  const auto letter = [](char c) { return c >= 'a' && c <= 'z'; };
  // A metric, an expression or an id is written as it is.
  const bool word = std::all_of(text.begin(), std::ranges::find(text, ' '), letter);
  if (!text.empty() && word && letter(text[0])) text[0] = static_cast<char>(text[0] - 'a' + 'A');
  return text;
}

std::string grouped(double value) {
  const std::string digits = format("{:.0f}", value);
  const std::size_t sign = digits.starts_with('-') ? 1 : 0;
  std::string out = digits.substr(0, sign);
  for (std::size_t i = sign; i < digits.size(); ++i) {
    if (i > sign && (digits.size() - i) % 3 == 0) out += "\u202f";
    out += digits[i];
  }
  return out;
}

std::string other_labels(const model::Labels& labels) {
  model::Labels rest = labels;
  rest.remove(model::kAlertName);
  return rest.empty() ? "" : rest.to_string();
}

std::string telling_labels(const Record& record, const record::AlertRecord& alert) {
  const auto differs = [&](std::string_view name) {
    return std::ranges::any_of(record.alerts, [&](const record::AlertRecord& other) {
      return other.alert == alert.alert && other.labels.get(name) != alert.labels.get(name);
    });
  };
  std::vector<std::string> told;
  const auto tell = [&](std::string_view name) {
    const std::string value(alert.labels.get(name));
    // A pod's name holds its container's, an instance its pod's.
    const bool repeats = std::ranges::any_of(
        told, [&](const std::string& other) { return other.starts_with(value) || value.starts_with(other); });
    if (!value.empty() && !repeats && differs(name)) told.push_back(value);
  };
  constexpr std::array<std::string_view, 4> kFirst{"pod", "container", "deployment", "instance"};
  for (const std::string_view name : kFirst) tell(name);
  for (const model::Label& label : alert.labels) {
    // A pod's uid tells the pod, to machines.
    if (label.name != "uid" || told.empty()) tell(label.name);
  }
  std::string out;
  for (const std::string& value : told) out += (out.empty() ? "" : ", ") + value;
  for (const std::string_view name : {"service", "deployment", "pod"}) {
    if (out.empty()) out = alert.labels.get(name);
  }
  return out;
}

std::vector<const record::ExpectationRecord*> unmet(const Record& record) {
  std::vector<const record::ExpectationRecord*> found;
  for (const Verdict wanted : {Verdict::fail, Verdict::invalid}) {
    for (const auto& expectation : record.expectations) {
      if (expectation.outcome.result == wanted) found.push_back(&expectation);
    }
  }
  return found;
}

namespace {

// Records that were written before it was known of anything else say it of rules.
std::vector<record::BeyondHistory> beyond_history(const Record& record) {
  if (record.monitoring.beyond_history) return *record.monitoring.beyond_history;
  std::vector<record::BeyondHistory> beyond;
  if (record.monitoring.whole_from) return beyond;
  for (const record::RuleRecord& rule : record.rules) {
    if (rule.looks_back && *rule.looks_back > record.judged_from - record.watched_from()) {
      beyond.push_back({rule.name, *rule.looks_back});
    }
  }
  std::ranges::stable_sort(beyond, std::ranges::greater{}, &record::BeyondHistory::looks_back);
  return beyond;
}

}  // namespace

bool lacks_history(const Record& record, const record::RuleRecord& rule) {
  return std::ranges::any_of(beyond_history(record), [&](const record::BeyondHistory& each) {
    return each.what == rule.name && rule.looks_back && *rule.looks_back == each.looks_back;
  });
}

std::string history_words(const Record& record) {
  constexpr std::size_t kNamed = 5;
  const std::vector<record::BeyondHistory> beyond = beyond_history(record);
  if (beyond.empty()) return "";
  std::string named;
  for (std::size_t i = 0; i < std::min(beyond.size(), kNamed); ++i) {
    named += format("{}{} ({})", i == 0 ? "" : ", ", beyond[i].what, describe_duration(beyond[i].looks_back));
  }
  if (beyond.size() > kNamed) named += format(" and {} more", beyond.size() - kNamed);
  const Duration warm_up = record.judged_from - record.watched_from();
  const std::string lasted =
      warm_up == Duration(0) ? "There was no warm-up" : format("The warm-up lasted {}", describe_duration(warm_up));
  return format("{}, and so much is looked back at: {}.", lasted, named);
}

std::string strain_words(const Record& record) {
  constexpr std::size_t kNamed = 3;
  // An event tells of the minute before it.
  std::vector<std::pair<Time, std::optional<Time>>> spans;
  for (const events::Event& event : record.timeline) {
    if (event.kind == events::EventKind::machine_short) spans.push_back({event.t - 1min, std::nullopt});
    if (event.kind == events::EventKind::machine_enough && !spans.empty()) spans.back().second = event.t - 1min;
  }
  if (spans.empty()) return "";
  std::string when;
  for (std::size_t i = 0; i < std::min(spans.size(), kNamed); ++i) {
    const auto& [from, to] = spans[i];
    when += format("{}from {} {}", i == 0 ? "" : ", ", format_clock(from),
                   to ? "to " + format_clock(*to) : std::string("on"));
  }
  if (spans.size() > kNamed) when += format(" and {} more times", spans.size() - kNamed);
  return format(
      "The machine was short of processors {}: what was slow, late or unanswered then may be its doing, and not the "
      "services'.",
      when);
}

std::string lost_at_start_words(const Record& record) {
  constexpr std::size_t kNamed = 5;
  if (!record.monitoring.lost_at_start || record.monitoring.lost_at_start->empty()) return "";
  const std::vector<record::LostAtStart>& lost = *record.monitoring.lost_at_start;
  std::string named;
  bool judged = false;
  for (std::size_t i = 0; i < lost.size(); ++i) {
    judged = judged || lost[i].until > record.judged_from;
    if (i >= kNamed) continue;
    const std::string labels = lost[i].labels.to_string();
    named += format("{}{}{} (until {})", i == 0 ? "" : ", ", lost[i].alert, labels == "{}" ? "" : " " + labels,
                    clock_of(record, lost[i].until));
  }
  if (lost.size() > kNamed) named += format(" and {} more", lost.size() - kNamed);
  return format(
      "Where the simulated part of the warm-up ended these were only kept firing, which a Prometheus that "
      "starts does not take up: {}. That they fire no longer there is nothing that the run found{}.",
      named, judged ? ", and lasts into what is judged" : "");
}

std::string coverage_of(const record::QueryRecord& query) {
  if (!query.looks_back || !query.covered) return {};
  return format("looks back {}, of which there are data of {}: what they show counts for all of it",
                describe_duration(*query.looks_back), describe_duration(*query.covered));
}

namespace {

// How far a path leads upwards from the folder that it counts from.
std::ptrdiff_t levels_up(std::string_view path) {
  std::ptrdiff_t levels = 0;
  for (; path.starts_with("../"); path.remove_prefix(3)) ++levels;
  return levels;
}

// A file that the scenario reads and that does not lie below the folder where its command works; empty if there is
// none.
std::string read_outside(const record::Record& record) {
  constexpr std::string_view kRun = "firedrill run ";
  if (!record.command.starts_with(kRun)) return {};
  const std::string_view scenario =
      std::string_view(record.command).substr(kRun.size(), record.command.find(" --") - kRun.size());
  const std::ptrdiff_t depth = std::ranges::count(scenario, '/') + 1;
  const auto found = std::ranges::find_if(record.inputs, [&](const record::InputHash& input) {
    return input.path.starts_with('/') || levels_up(input.path) > depth;
  });
  return found == record.inputs.end() ? std::string() : found->path;
}

}  // namespace

std::string where_again(const record::Record& record) {
  if (record.drill) {
    return std::string(
               "The command begins the drill anew. What was done in it stands in drill.json beside the record: "
               "`firedrill "
               "drill --resume drill.json --out FOLDER` gives the record again") +
           (record.command.contains(" --drills ") ? ", with the same --drills" : "");
  }
  const bool root = record.command.contains(" --root .");
  std::string out =
      root ? "The path counts from the folder that holds the scenario's, or in which it was looked for, or that --root "
             "named: the command works there"
           : "The path counts from the top of the scenario's repository, or where it has none from the "
             "folder that holds the scenario's: the command works there and in the folders below";
  const std::string outside = read_outside(record);
  if (!outside.empty())
    out += format("; {} lies outside of that: let it be read with --root or --allow-outside", outside);
  return out;
}

}  // namespace firedrill::reports
