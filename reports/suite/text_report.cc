// What a terminal shows of a suite.
#include <algorithm>

#include "base/duration.h"
#include "base/text/escape.h"
#include "base/text/format.h"
#include "reports/suite/renderers.h"
#include "reports/suite/words.h"

namespace firedrill::reports::suite {
namespace {

// In columns of code points.
std::size_t width_of(std::string_view text) {
  return static_cast<std::size_t>(
      std::ranges::count_if(text, [](char c) { return (static_cast<unsigned char>(c) & 0xc0) != 0x80; }));
}

using Cells = std::vector<std::string>;

std::string table(const std::vector<Cells>& rows) {
  std::vector<std::size_t> widths(rows.front().size(), 0);
  for (const Cells& row : rows) {
    for (std::size_t i = 0; i < row.size(); ++i) widths[i] = std::max(widths[i], width_of(row[i]));
  }
  std::string out;
  for (const Cells& row : rows) {
    std::string line;
    for (std::size_t i = 0; i < row.size(); ++i) {
      line += row[i];
      if (i + 1 < row.size()) line += std::string(widths[i] - width_of(row[i]) + 2, ' ');
    }
    out += line + "\n";
  }
  return out;
}

std::string verdict_text(const ScenarioRun& run) {
  return run.ran() ? std::string(record::to_string(run.verdict)) : "error";
}

std::string runs_table(const Suite& suite) {
  std::vector<Cells> rows{{"scenario", "verdict", "detected", "detected after", "pages", "of no incident", "met"}};
  for (const ScenarioRun& run : suite.runs) {
    rows.push_back({printable(suite.name_of(run)), verdict_text(run), describe_detected(run), describe_detection(run),
                    run.ran() ? format("{}", run.pages_in_all()) : "–",
                    run.ran() ? format("{}", run.pages_of_no_incident()) : "–", describe_checks(run)});
  }
  return table(rows);
}

std::string failures(const Suite& suite) {
  std::string out;
  for (const ScenarioRun& run : suite.runs) {
    if (run.passed() || !run.ran()) continue;
    out += format("\n{}: {}. {}\n", printable(suite.name_of(run)), record::to_string(run.verdict),
                  printable(run.verdict_why));
    for (const Check* check : unmet(run)) {
      const std::string indent(10, ' ');
      out += format("  {:<8}{}  {}\n", record::to_string(check->outcome.result), printable(check->name),
                    printable(check->outcome.expected));
      out += format("{}{}\n", indent, printable(check->outcome.observed));
      if (!check->outcome.why.empty()) out += format("{}{}\n", indent, printable(check->outcome.why));
    }
  }
  return out;
}

std::string listed(const std::vector<std::string>& names) {
  std::string out;
  for (const std::string& name : names) out += (out.empty() ? "" : ", ") + printable(name);
  return out;
}

std::string alerts(const Suite& suite) {
  const Matrix all = matrix(suite);
  std::string out;
  const auto list = [&](std::string_view what, auto is) {
    std::vector<std::string> found;
    for (const Matrix::Row& row : all.rows) {
      if (is(row)) found.push_back(row.alert);
    }
    if (!found.empty()) out += format("  {}: {}\n", what, listed(found));
  };
  list("missed", [](const auto& row) { return row.count(Sight::missed) > 0; });
  list("late", [](const auto& row) { return row.count(Sight::late) > 0; });
  list("spurious", [](const auto& row) { return row.count(Sight::spurious) > 0; });
  list("never exercised", [](const auto& row) { return !row.exercised(); });
  const auto caught = std::ranges::count_if(all.rows, [](const auto& row) { return row.count(Sight::caught) > 0; });
  return format("\nalerts: {}, of which {} caught something\n{}", all.rows.size(), caught, out);
}

std::string comparison(const Suite& suite) {
  if (!suite.comparison) return "";
  const Comparison& compared = *suite.comparison;
  std::string out = format("\nagainst {}, where a page may come {} later: {}\n", printable(compared.baseline),
                           describe_duration(compared.slower_by), describe_changes(compared));
  for (const Trend trend : {Trend::worse, Trend::better, Trend::added, Trend::removed}) {
    for (const Change& change : compared.changes) {
      if (change.trend != trend) continue;
      out += format("  {:<8}{}: {}\n", word_of(trend), printable(suite.name_of(change)), printable(change.what));
    }
  }
  return out;
}

}  // namespace

std::string render_text(const Suite& suite) {
  std::string out = runs_table(suite) + failures(suite) + alerts(suite) + comparison(suite);
  out += format("\n{}\n", describe_verdicts(suite));
  out += format("recall (incidents detected): {}\n", describe_recall(recall(suite)));
  out += format("precision (pages that belong to an incident): {}\n", describe_precision(precision(suite)));
  return out;
}

}  // namespace firedrill::reports::suite
