// firedrill logs RECORD: what the services of a run wrote, the events of their cluster, and what somebody changed.
#include <algorithm>
#include <memory>
#include <optional>
#include <vector>

#include "base/bounds/activity.h"
#include "base/text/escape.h"
#include "base/text/format.h"
#include "base/text/regex.h"
#include "cli/bounds.h"
#include "cli/cli.h"
#include "cli/console.h"
#include "cli/exit_code.h"
#include "cli/output_file.h"
#include "cli/record_time.h"
#include "driver/outputs.h"
#include "driver/record_query.h"
#include "record/logs.h"

namespace firedrill::cli {
namespace {

struct Options {
  Bounds bounds;
  std::string record;
  std::vector<std::string> services;
  std::string from;
  std::string to;
  std::string grep;
  bool events = false;
  bool changes = false;
  bool json = false;
};

// One row of what is printed, in order of time.
struct Row {
  Time t;
  std::string text;
  std::string json;
};

class LogsQuery {
 public:
  LogsQuery(const Options& options, const record::Record& record) : options_(options), record_(record) {}

  int run() {
    if (!read_options()) return kBadInput;
    std::vector<Row> rows;
    if (options_.changes) add_changes(rows);
    if (options_.events) add_events(rows);
    if (!options_.changes && !options_.events) add_lines(rows);
    std::ranges::stable_sort(rows, {}, &Row::t);
    for (const Row& row : rows) {
      options_.json ? print_data(row.json + "\n") : print_out(row.text + "\n");
    }
    if (const std::string left_out = record::describe_left_out(record_.logs); !left_out.empty()) {
      print_err(format("firedrill: warning: {}\n", left_out));
    }
    if (rows.empty()) print_err("nothing like that was written\n");
    return kPassed;
  }

 private:
  bool read_time(std::string_view option, const std::string& text, Time& to) const {
    return text.empty() || read_record_time(option, text, record_, to);
  }

  bool read_grep() {
    if (options_.grep.empty()) return true;
    // By itself first, so that the error is about what was written.
    const auto alone = Regex::compile(options_.grep, DotNewline::no, false);
    auto regex = Regex::compile(format("(?s:.*)(?:{})(?s:.*)", options_.grep), DotNewline::no);
    if (alone && regex) {
      grep_ = std::move(*regex);
      return true;
    }
    print_err(format("firedrill: error: --grep: {}\n      = help: a regular expression in RE2's syntax\n",
                     printable(alone ? regex.error() : alone.error())));
    return false;
  }

  // Those that have services of the run, and who watches them.
  bool read_services() const {
    std::vector<std::string> known{"prometheus", "alertmanager"};
    for (const record::ServiceSummary& service : record_.services) known.push_back(service.name);
    for (const std::string& service : options_.services) {
      if (std::ranges::find(known, service) != known.end()) continue;
      print_err(format("firedrill: error: --service: the run has no service '{}'\n      = help: {}\n",
                       printable(service), printable(suggest(service, known))));
      return false;
    }
    return true;
  }

  // Which time is to blame: one that was not given is the run's own.
  bool in_order() const {
    if (from_ <= to_) return true;
    if (options_.to.empty()) {
      print_err(
          format("firedrill: error: --from: lies behind the end of what was recorded, {}\n"
                 "      = help: give an earlier one, for example end-10m\n",
                 format_instant(to_)));
    } else if (options_.from.empty()) {
      print_err(
          format("firedrill: error: --to: lies before the beginning of what was recorded, {}\n"
                 "      = help: give a later one, for example +10m\n",
                 format_instant(from_)));
    } else {
      print_err("firedrill: error: --to: lies before --from\n      = help: exchange the two times\n");
    }
    return false;
  }

  bool read_options() {
    from_ = record_.started;
    to_ = record_.judged_to;
    if (!read_time("--from", options_.from, from_) || !read_time("--to", options_.to, to_)) return false;
    return in_order() && read_grep() && read_services();
  }

  bool wanted(Time first, Time last, const std::string& service) const {
    if (last < from_ || first > to_) return false;
    return options_.services.empty() || std::ranges::find(options_.services, service) != options_.services.end();
  }
  void add(Time t, std::string text, std::string json, std::vector<Row>& rows) const {
    if (grep_ && !grep_->matches(text)) return;
    rows.push_back({t, std::move(text), std::move(json)});
  }

  void add_lines(std::vector<Row>& rows) const {
    for (const events::LogLine& line : record_.logs.lines) {
      if (!wanted(line.t, line.t, line.service)) continue;
      std::string text = format("{} {:5} {} {}  {}", format_instant(line.t), to_string(line.level),
                                printable(line.service), printable(line.pod), printable(line.message));
      if (!line.route.empty() && line.message.find(line.route) == std::string::npos) {
        text += format("  [{}]", printable(line.route));
      }
      if (!line.trace.empty()) text += format("  trace={}", printable(line.trace));
      if (line.stands_for > 1) text += format("  ×{}", line.stands_for);
      add(line.t, std::move(text), record::log_json(line), rows);
    }
  }

  void add_events(std::vector<Row>& rows) const {
    for (const events::ClusterEvent& event : record_.logs.events) {
      if (!wanted(event.first, event.last, event.service)) continue;
      std::string text = format("{} {:7} {} {}  {}", format_instant(event.first), event.warning ? "Warning" : "Normal",
                                printable(event.reason), printable(event.object), printable(event.message));
      if (event.count > 1) text += format("  ×{}, the last at {}", event.count, format_instant(event.last));
      add(event.first, std::move(text), record::log_json(event), rows);
    }
  }

  void add_changes(std::vector<Row>& rows) const {
    for (const events::Change& change : record_.logs.changes) {
      if (!wanted(change.t, change.t, change.target)) continue;
      add(change.t,
          format("{} change  {} {}  {}, by {}", format_instant(change.t), printable(change.kind),
                 printable(change.target), printable(change.what), printable(change.by)),
          record::log_json(change), rows);
    }
  }

  const Options& options_;
  const record::Record& record_;
  std::optional<Regex> grep_;
  Time from_{}, to_{};
};

int logs(Options& options) {
  options.bounds.start();
  const auto loaded = driver::load_record(
      options.record, {.needs_logs = true, .hooks = output_hooks(), .budget = &options.bounds.budget()});
  if (options.bounds.exceeded()) return kBadInput;
  if (!loaded) {
    print_diagnostics(loaded.error());
    return kBadInput;
  }
  const Position file = named_file(options.record);
  const Activity activity(file);
  const int code = LogsQuery(options, loaded->record).run();
  return options.bounds.exceeded() ? kBadInput : code;
}

void declare(Arguments arguments) {
  auto options = std::make_shared<Options>();
  arguments.option("record", options->record, "the record's folder, or its record.json").required().not_empty();
  arguments
      .option("--service", options->services,
              "only of this service, of prometheus or of alertmanager (may be given several times)")
      .one_at_a_time();
  arguments.option("--from", options->from, "from this time on, as `query --at` takes it (default: start)");
  arguments.option("--to", options->to, "up to this time (default: end)");
  arguments.option("--grep", options->grep, "only what a regular expression matches somewhere, as it is printed");
  arguments.flag("--events", options->events, "the events of the cluster instead of lines");
  arguments.flag("--changes", options->changes, "what somebody or something changed instead of lines");
  arguments.flag("--json", options->json, "print them as they stand in the file, a JSON object a line");
  options->bounds.declare(arguments);
  arguments.runs([options] { return logs(*options); });
}

}  // namespace

Command logs_command() {
  return {
      .name = "logs", .summary = "what the services of a record wrote, cluster events, changes", .declare = declare};
}

}  // namespace firedrill::cli
