#include "record/check.h"

#include <algorithm>
#include <array>
#include <utility>
#include <variant>

#include "base/duration.h"
#include "base/text/escape.h"
#include "base/text/format.h"

namespace firedrill::record {
namespace {

// A scenario's warm-up and duration may be a year each.
constexpr Duration kLongestRun = 2 * 366 * 24h;

class Checker {
 public:
  explicit Checker(std::vector<std::string>& found) : found_(found) {}

  void above_zero(const std::string& path, Duration value) {
    if (value <= Duration(0)) found_.push_back(path + ": expected more than 0");
  }
  void not_negative(const std::string& path, Duration value) {
    if (value < Duration(0)) found_.push_back(path + ": expected 0 or more");
  }
  void holds(bool good, std::string what) {
    if (!good) found_.push_back(std::move(what));
  }

 private:
  std::vector<std::string>& found_;
};

void check_span(const Record& record, Checker& checker) {
  checker.holds(record.started <= record.judged_from, "judged_from: expected no earlier than started");
  checker.holds(record.watched_from() <= record.started, "monitoring.simulated_from: expected no later than started");
  checker.holds(record.judged_from <= record.judged_to, "judged_to: expected no earlier than judged_from");
  checker.holds(record.judged_to - record.started <= kLongestRun,
                format("judged_to: expected at most {} after started", describe_duration(kLongestRun)));
}

void check_expectations(const Record& record, Checker& checker) {
  for (std::size_t i = 0; i < record.declared.expectations.size(); ++i) {
    const Fields& fields = record.declared.expectations[i].fields;
    const FieldValue* step = fields.find("step");
    if (step == nullptr || !std::holds_alternative<Duration>(*step)) continue;
    checker.above_zero(format("declared.expectations[{}].step", i), std::get<Duration>(*step));
  }
}

void check_payloads(const Record& record, Checker& checker) {
  if (!record.alertmanager) return;
  const auto& payloads = record.alertmanager->payloads;
  const auto count = static_cast<int>(payloads ? payloads->size() : 0);
  const auto& notifications = record.alertmanager->notifications;
  for (std::size_t i = 0; i < notifications.size(); ++i) {
    const std::optional<int>& payload = notifications[i].payload;
    checker.holds(!payload || (*payload >= 0 && *payload < count),
                  format("alertmanager.notifications[{}].payload: there are {} payloads", i, count));
    checker.holds(!notifications[i].attempts.empty(),
                  format("alertmanager.notifications[{}].attempts: expected one at least", i));
  }
}

// What follows what: a step that an alert took is no earlier than one before it.
void check_steps(const Record& record, Checker& checker) {
  for (std::size_t i = 0; i < record.alerts.size(); ++i) {
    const AlertRecord& a = record.alerts[i];
    const std::array<std::pair<const char*, std::optional<Time>>, 7> steps{{{"pending_at", a.pending_at},
                                                                            {"firing_at", a.firing_at},
                                                                            {"sent_at", a.sent_at},
                                                                            {"received_at", a.received_at},
                                                                            {"notified_at", a.notified_at},
                                                                            {"paged_at", a.paged_at},
                                                                            {"acknowledged_at", a.acknowledged_at}}};
    const std::pair<const char*, std::optional<Time>>* last = nullptr;
    for (const auto& step : steps) {
      if (!step.second) continue;
      checker.holds(last == nullptr || *last->second <= *step.second,
                    format("alerts[{}].{}: expected no earlier than {}", i, step.first, last ? last->first : ""));
      last = &step;
    }
    std::optional<Time> before;
    for (std::size_t j = 0; j < a.heard.size(); ++j) {
      const Heard& heard = a.heard[j];
      checker.holds((!before || *before <= heard.from) && (!heard.to || heard.from <= *heard.to),
                    format("alerts[{}].heard[{}]: expected times that rise", i, j));
      checker.holds(heard.to || j + 1 == a.heard.size(),
                    format("alerts[{}].heard[{}].to: expected in all but the last", i, j));
      before = heard.to.value_or(heard.from);
    }
    const auto begun = a.firing_at ? a.firing_at : a.pending_at;
    checker.holds(!begun || !a.resolved_at || *begun <= *a.resolved_at,
                  format("alerts[{}].resolved_at: expected no earlier than the alert began", i));
  }
  for (std::size_t i = 0; i < record.faults.size(); ++i) {
    const FaultRecord& fault = record.faults[i];
    checker.holds(fault.at <= fault.until, format("faults[{}].until: expected no earlier than at", i));
    checker.holds(!fault.injected_at || !fault.recovered_at || *fault.injected_at <= *fault.recovered_at,
                  format("faults[{}].recovered_at: expected no earlier than injected_at", i));
  }
}

// A published course names a fault, and each of its times stands beside one of the run.
void check_course(const Record& record, Checker& checker) {
  const auto& published = record.declared.published;
  checker.holds(!published || record.fault(published->from) != nullptr,
                format("declared.published.from: there is no fault '{}'", published ? published->from : ""));
  checker.holds(record.course ? published && record.course->size() == published->times.size() : true,
                "course: expected one entry for each of declared.published.times");
}

bool is_sha256(std::string_view text) {
  return text.size() == 64 && text.find_first_not_of("0123456789abcdef") == std::string_view::npos;
}

void check_hashes(const Record& record, Checker& checker) {
  for (std::size_t i = 0; i < record.inputs.size(); ++i) {
    checker.holds(is_sha256(record.inputs[i].sha256), format("inputs[{}].sha256: expected 64 hexadecimal digits", i));
  }
  checker.holds(!record.logs_hash || is_sha256(*record.logs_hash), "logs_hash: expected 64 hexadecimal digits");
}

// Results that are not judged again are believed as far as they agree with each other.
void check_verdict(const Record& record, Checker& checker) {
  const auto count = [&](Verdict result) {
    return std::ranges::count_if(record.expectations, [&](const auto& e) { return e.outcome.result == result; });
  };
  checker.holds(count(Verdict::scored) == 0, "expectations: 'scored' is the verdict of a drill, and no result of one");
  const bool unseen = std::ranges::any_of(record.faults, [](const auto& fault) { return !fault.witness.seen_at; });
  const Verdict follows = record.drill                                                       ? Verdict::scored
                          : unseen                                                           ? Verdict::invalid
                          : count(Verdict::fail) > 0                                         ? Verdict::fail
                          : count(Verdict::invalid) > 0 || record.cut_short || record.unseen ? Verdict::invalid
                                                                                             : Verdict::pass;
  const bool open = record.expectations.empty() && !record.drill && record.verdict != Verdict::scored;
  checker.holds(open || record.verdict == follows,
                format("verdict: '{}', where '{}' follows from the expectations and faults", to_string(record.verdict),
                       to_string(follows)));
  const bool none = record.monitoring.keep == "none";
  checker.holds(!none || record.series_hash.empty(),
                "series_hash: names a series file, where monitoring.keep says that none was kept");
  checker.holds(!none || !record.logs_hash,
                "logs_hash: names a file of logs, where monitoring.keep says that none was kept");
}

// The first word of a command line as shell_word() writes it; empty if it does not begin with one.
std::string_view first_word(std::string_view text) {
  std::size_t end = text.starts_with('\'') ? 1 : std::min(text.find(' '), text.size());
  for (bool quoted = text.starts_with('\''); quoted;) {
    end = text.find('\'', end);
    if (end == std::string_view::npos) return {};
    ++end;
    quoted = text.substr(end).starts_with("\\''");
    if (quoted) end += 3;
  }
  return text.substr(0, end);
}

// Removes a word as shell_word() writes it from the beginning; false if there is none.
bool remove_word(std::string_view& text) {
  const std::string_view word = first_word(text);
  const bool quoted = word.starts_with('\'');
  if (word.empty() || (!quoted && shell_word(word) != word)) return false;
  if (word.substr(quoted ? 1 : 0).starts_with('-')) return false;  // an option
  text.remove_prefix(word.size());
  return text.empty() || text.starts_with(' ');
}

bool remove_prefix(std::string_view& text, std::string_view prefix) {
  if (!text.starts_with(prefix)) return false;
  text.remove_prefix(prefix.size());
  return true;
}

// The value of an option whose values are short words and numbers.
bool remove_value(std::string_view& text) {
  const std::size_t length = std::min(text.find_first_not_of("abcdefghijklmnopqrstuvwxyz0123456789."), text.size());
  text.remove_prefix(length);
  return length > 0;
}

// One or more files.
bool remove_files(std::string_view& text) {
  if (!remove_word(text)) return false;
  while (text.starts_with(' ') && !text.starts_with(" --")) {
    text.remove_prefix(1);
    if (!remove_word(text)) return false;
  }
  return true;
}

}  // namespace

namespace {

// A code name, a seed, a variant, and where its drills are.
bool is_drill_command(std::string_view command) {
  if (!remove_prefix(command, "firedrill drill ")) return false;
  const std::size_t length =
      std::min(command.find_first_not_of("abcdefghijklmnopqrstuvwxyz0123456789-"), command.size());
  if (length == 0 || command.starts_with('-')) return false;
  command.remove_prefix(length);
  if (!remove_prefix(command, " --seed ") || !remove_value(command)) return false;
  if (remove_prefix(command, " --variant ") && !remove_value(command)) return false;
  while (remove_prefix(command, " --drills ")) {
    if (!remove_word(command)) return false;
  }
  return command.empty();
}

}  // namespace

bool is_run_command(std::string_view command) {
  if (is_drill_command(command)) return true;
  constexpr std::array<std::string_view, 7> kOptions{" --seed ", " --world ",        " --speed ",         " --monitor ",
                                                     " --keep ", " --scrape-phase ", " --promql-version "};
  const bool of_suite = remove_prefix(command, "firedrill test scenarios ");
  if (!of_suite && !remove_prefix(command, "firedrill run ")) return false;
  if (!remove_word(command)) return false;
  while (!command.empty()) {
    const bool here = remove_prefix(command, " --root .");
    if (here && (command.empty() || command.starts_with(' '))) continue;
    if (here) return false;
    if (of_suite && remove_prefix(command, " --rules ")) {
      if (!remove_files(command)) return false;
      continue;
    }
    const auto option =
        std::ranges::find_if(kOptions, [&](std::string_view name) { return remove_prefix(command, name); });
    if (option == kOptions.end() || !remove_value(command)) return false;
  }
  return true;
}

std::vector<std::string> check_record(const Record& record) {
  std::vector<std::string> found;
  Checker checker(found);
  checker.holds(record.command.empty() || is_run_command(record.command),
                "command: expected a `firedrill run`, `firedrill test scenarios` or `firedrill drill`");
  check_verdict(record, checker);
  check_span(record, checker);
  check_payloads(record, checker);
  check_steps(record, checker);
  check_hashes(record, checker);
  check_course(record, checker);
  checker.above_zero("monitoring.scrape_interval_seconds", record.monitoring.scrape_interval);
  checker.above_zero("monitoring.evaluation_interval_seconds", record.monitoring.evaluation_interval);
  for (std::size_t i = 0; i < record.rules.size(); ++i) {
    checker.above_zero(format("rules[{}].interval_seconds", i), record.rules[i].interval);
    checker.not_negative(format("rules[{}].for_seconds", i), record.rules[i].hold);
    checker.not_negative(format("rules[{}].keep_firing_for_seconds", i), record.rules[i].keep_firing_for);
  }
  for (std::size_t i = 0; i < record.declared.slos.size(); ++i) {
    checker.above_zero(format("declared.slos[{}].window_seconds", i), record.declared.slos[i].window);
  }
  for (std::size_t i = 0; i < record.sends.size(); ++i) {
    checker.above_zero(format("sends[{}].spacing_seconds", i), record.sends[i].spacing);
  }
  checker.not_negative("declared.hold_seconds", record.declared.hold);
  check_expectations(record, checker);
  return found;
}

}  // namespace firedrill::record
