// A suite in Markdown: for a job's summary and a pull request's comment. What became worse comes first.
#include <algorithm>

#include "base/text/format.h"
#include "reports/escape.h"
#include "reports/suite/renderers.h"
#include "reports/suite/words.h"

namespace firedrill::reports::suite {
namespace {

using record::Verdict;

// The heading by which a summary is known.
constexpr std::string_view kHeading = "## firedrill: ";
// Kept free for what says how much was left out, and for the end.
constexpr std::size_t kReserve = 2'000;

std::string esc(std::string_view text) {
  return escape_markdown(text);
}

std::string_view mark(const ScenarioRun& run) {
  return !run.ran() || run.verdict == Verdict::fail ? "❌" : run.verdict == Verdict::pass ? "✅" : "⚠️";
}

std::string_view mark(Trend trend) {
  switch (trend) {
    case Trend::worse:
      return "❌";
    case Trend::better:
      return "✅";
    case Trend::added:
      return "🆕";
    case Trend::removed:
      return "➖";
  }
  return "";
}

// Markdown in parts, each of which is taken whole or counted.
class Bounded {
 public:
  void add(const std::string& text) { text_ += text; }
  // A heading (or a table's head), its rows as far as there is room, and what ends it.
  void add(const std::string& head, const std::vector<std::string>& rows, std::string_view noun,
           std::string_view end = {}) {
    if (rows.empty()) return;
    const std::size_t all = kMostSummary - kReserve;
    if (text_.size() + head.size() + rows.front().size() + end.size() > all) {
      left_out_ += rows.size();
      return;
    }
    text_ += head;
    std::size_t taken = 0;
    for (; taken < rows.size() && text_.size() + rows[taken].size() + end.size() <= all; ++taken) text_ += rows[taken];
    if (taken < rows.size()) text_ += format("\n… and {} {} more\n", rows.size() - taken, noun);
    text_ += end;
  }
  std::string take() {
    if (left_out_ > 0) text_ += format("\n{} lines more stand in the suite's page.\n", left_out_);
    return std::move(text_);
  }

 private:
  std::string text_;
  std::size_t left_out_ = 0;
};

void add_comparison(const Suite& suite, Bounded& out) {
  if (!suite.comparison) return;
  const Comparison& compared = *suite.comparison;
  const std::string heading =
      format("\n### Against {}: {}\n\n", markdown_code(compared.baseline, CodeIn::line), describe_changes(compared));
  std::vector<std::string> rows;
  for (const Trend trend : {Trend::worse, Trend::better, Trend::added, Trend::removed}) {
    for (const Change& change : compared.changes) {
      if (change.trend != trend) continue;
      rows.push_back(
          format("- {} {}: **{}**: {}\n", mark(trend), word_of(trend), esc(suite.name_of(change)), esc(change.what)));
    }
  }
  rows.empty() ? out.add(heading) : out.add(heading, rows, "changes");
}

void add_failures(const Suite& suite, Bounded& out) {
  std::vector<std::string> rows;
  for (const ScenarioRun& run : suite.runs) {
    for (const Diagnostic& error : run.errors) {
      rows.push_back(format("- ❌ **{}** could not be run or written: {}\n", esc(suite.name_of(run)), esc(error.what)));
    }
    for (const Check* check : unmet(run)) {
      rows.push_back(format("- {} **{}**, {}: expected {}; observed {}.{}\n",
                            check->outcome.result == Verdict::fail ? "❌" : "⚠️", esc(suite.name_of(run)),
                            esc(check->name), esc(check->outcome.expected), esc(check->outcome.observed),
                            check->outcome.why.empty() ? "" : "  \n  " + esc(check->outcome.why)));
    }
  }
  out.add("\n### What failed\n\n", rows, "failures");
}

void add_runs(const Suite& suite, Bounded& out) {
  std::vector<std::string> rows;
  for (const ScenarioRun& run : suite.runs) {
    rows.push_back(format("| {} {} | {} | {} | {} | {} | {} |\n", mark(run), esc(suite.name_of(run)),
                          describe_detected(run), describe_detection(run),
                          run.ran() ? format("{}", run.pages_in_all()) : "–",
                          run.ran() ? format("{}", run.pages_of_no_incident()) : "–", describe_checks(run)));
  }
  const bool closed = rows.size() > 10;  // a long table is for those who look for it
  out.add(format("{}| scenario | incidents detected | detected after | pages | of no incident | expectations met |\n"
                 "|---|---|---|---|---|---|\n",
                 closed ? "\n<details><summary>Scenarios</summary>\n\n" : "\n### Scenarios\n\n"),
          rows, "runs", closed ? "\n</details>\n" : "");
}

// Where an alert was seen so: at most so many scenarios are named.
std::string where_seen(const Matrix& all, const Matrix::Row& row, Sight sight) {
  constexpr std::size_t kNamed = 4;
  std::string out;
  std::size_t count = 0;
  for (std::size_t i = 0; i < row.sights.size(); ++i) {
    if (row.sights[i] != sight) continue;
    if (++count <= kNamed) out += (out.empty() ? "" : ", ") + esc(all.scenarios[i]);
  }
  if (count > kNamed) out += format(" and {} more", count - kNamed);
  return out.empty() ? "–" : out;
}

void add_alerts(const Suite& suite, Bounded& out) {
  const Matrix all = matrix(suite);
  std::vector<std::string> rows;
  for (const Matrix::Row& row : all.rows) {
    const bool shown = std::ranges::any_of(row.sights, [](Sight sight) {
      return sight == Sight::caught || sight == Sight::late || sight == Sight::missed || sight == Sight::spurious;
    });
    if (!shown) continue;
    rows.push_back(format("| {} | {} | {} | {} | {} |\n", esc(row.alert), where_seen(all, row, Sight::caught),
                          where_seen(all, row, Sight::late), where_seen(all, row, Sight::missed),
                          where_seen(all, row, Sight::spurious)));
  }
  out.add(
      "\n<details><summary>Alerts by scenario</summary>\n\n| alert | caught | late | missed | spurious "
      "|\n|---|---|---|---|---|\n",
      rows, "alerts", "\n</details>\n");
  std::vector<std::string> names;
  for (const std::string& alert : never_exercised(all)) names.push_back(format("- {}\n", esc(alert)));
  out.add(format("\n<details><summary>Never exercised: {} of {} alerts</summary>\n\n", names.size(), all.rows.size()),
          names, "alerts", "\n</details>\n");
}

}  // namespace

bool is_summary(std::string_view beginning) {
  return beginning.starts_with(kHeading);
}

std::string render_summary(const Suite& suite) {
  Bounded out;
  out.add(format("{}{} {}\n\n", kHeading, suite.good() ? "✅" : "❌", describe_verdicts(suite)));
  out.add(format("Recall (incidents detected): {}. Precision (pages that belong to an incident): {}.\n",
                 describe_recall(recall(suite)), describe_precision(precision(suite))));
  add_comparison(suite, out);
  add_failures(suite, out);
  add_runs(suite, out);
  add_alerts(suite, out);
  const Where where = where_again(suite);
  const std::string folder = where.folder.empty() ? "" : markdown_code(where.folder, CodeIn::line);
  out.add(format("\nAgain{}{}{}{}: {}\n", where.before.empty() ? "" : ", ", where.before, folder, where.after,
                 markdown_code(suite.command, CodeIn::line)));
  return out.take();
}

}  // namespace firedrill::reports::suite
