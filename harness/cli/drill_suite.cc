#include "cli/drill_suite.h"

#include <map>
#include <utility>
#include <vector>

#include "base/duration.h"
#include "base/text/escape.h"
#include "base/text/format.h"
#include "base/text/json.h"
#include "cli/console.h"
#include "cli/output_file.h"
#include "console/score/debriefing.h"

namespace firedrill::cli {
namespace {

using console::Mean;
using console::Share;
using console::SuiteRow;

std::string text_of(const Share& share) {
  if (share.all == 0) return "–";
  return format("{} of {} ({:.0f} % to {:.0f} %)", share.of, share.all, share.low * 100, share.high * 100);
}

std::string text_of(const Mean& mean, double factor) {
  return format("{:.1f} ({:.1f} to {:.1f})", mean.value * factor, mean.low * factor, mean.high * factor);
}

json::object json_of(const Share& share) {
  return {{"of", share.of}, {"all", share.all}, {"low", share.low}, {"high", share.high}};
}

json::object json_of(const Mean& mean) {
  return {{"value", mean.value}, {"low", mean.low}, {"high", mean.high}};
}

std::string yes(bool is) {
  return is ? "yes" : "no";
}

// What can be done about agents in trouble, once for each kind of it.
std::string remedies_of(std::span<const SuiteRow> rows) {
  std::map<std::string, std::size_t> known;
  std::string out;
  for (const SuiteRow& row : rows) {
    if (row.run.remedy.empty() || ++known[row.run.remedy] > 1) continue;
    out += format("{} {}: {}\n  = help: {}\n", row.drill, row.seed, printable(row.run.trouble), row.run.remedy);
  }
  return out;
}

}  // namespace

std::string suite_table(std::span<const SuiteRow> rows) {
  std::vector<std::vector<std::string>> table{
      {"DRILL", "SEED", "POINTS", "CAUSE", "MITIGATED", "LOST", "NOBODY", "STEPS", "FALSE ALARM", ""}};
  for (const SuiteRow& row : rows) {
    const console::Score& score = row.score;
    if (!row.error.empty()) {
      table.push_back({row.drill, format("{}", row.seed), "cannot be worked: `firedrill drill --check` says why"});
      continue;
    }
    table.push_back({row.drill, format("{}", row.seed), format("{:.0f}/{:.0f}", score.points, score.most),
                     score.quiet ? "–" : yes(score.cause_found), score.quiet ? "–" : yes(score.mitigated),
                     format("{:.0f}", score.lost), format("{:.0f}", score.lost_by_nobody), format("{}", row.steps),
                     score.quiet ? yes(score.false_alarm) : "–", printable(row.run.trouble)});
  }
  const console::SuiteSummary all = console::summary_of(rows);
  std::string out = console::columns(table) + "\n";
  out += format("cause found: {}\nmitigated: {}\nfalse alarms: {}\nagent in trouble: {}\n", text_of(all.cause_found),
                text_of(all.mitigated), text_of(all.false_alarms), text_of(all.in_trouble));
  out += format("points: {} %\nrequests lost beyond nobody's: {}\nsteps: {}\n", text_of(all.points, 100),
                text_of(all.harm, 1), text_of(all.steps, 1));
  if (const std::string remedies = remedies_of(rows); !remedies.empty()) out += "\n" + remedies;
  return out;
}

std::string suite_json(std::span<const SuiteRow> rows) {
  json::array list;
  for (const SuiteRow& row : rows) {
    json::object one;
    one["drill"] = row.drill;
    one["seed"] = row.seed;
    if (!row.error.empty()) {
      one["error"] = "it cannot be worked; `firedrill drill --check` says why";
    } else {
      one["steps"] = row.steps;
      one["trouble"] = row.run.trouble;
      if (!row.run.remedy.empty()) one["remedy"] = row.run.remedy;
      one["score"] = console::json_of(row.score);
    }
    list.push_back(std::move(one));
  }
  const console::SuiteSummary all = console::summary_of(rows);
  json::object summary;
  summary["drills"] = all.drills;
  summary["cause_found"] = json_of(all.cause_found);
  summary["mitigated"] = json_of(all.mitigated);
  summary["false_alarms"] = json_of(all.false_alarms);
  summary["in_trouble"] = json_of(all.in_trouble);
  summary["points"] = json_of(all.points);
  summary["harm"] = json_of(all.harm);
  summary["steps"] = json_of(all.steps);
  json::object out;
  out["rows"] = std::move(list);
  out["summary"] = std::move(summary);
  return write_json(out, JsonStyle::pretty);
}

ExitCode write_transcripts(const std::filesystem::path& folder, bool force, std::span<const console::SuiteRow> rows) {
  if (folder.empty()) return kPassed;
  output::NamedFileOptions how{.force = force};
  if (interrupted()) how.hooks.interrupted = write_though_interrupted;
  ExitCode wrote = kPassed;
  std::size_t written = 0;
  std::vector<output::File> left;
  for (const SuiteRow& row : rows) {
    if (row.transcript.empty()) continue;
    output::File file(format("{}-{}.json", row.drill, row.seed), row.transcript);
    if (wrote == kPassed) wrote = write_output({.path = folder / file.name, .content = *file.content}, how);
    if (wrote != kPassed) {
      left.push_back(std::move(file));
      continue;
    }
    ++written;
    some_files_are_written();
  }
  if (wrote != kPassed) {
    print_err(format("firedrill: {} of {} transcripts are in {}\n", written, rows.size(), printable(folder.string())));
    others_are_not_written();
    if (wrote != kInterrupted) (void)keep_elsewhere(left);
    return wrote;
  }
  // Of drills that were on when an end was asked for there is none.
  if (written > 0 && !interrupted()) files_are_written();
  return kPassed;
}

}  // namespace firedrill::cli
