// The page of a suite: what failed, what is different from the baseline, each scenario with a link to its report, and
// what each alert did in each of them.
#include <algorithm>

#include "base/duration.h"
#include "base/text/format.h"
#include "reports/escape.h"
#include "reports/html/sections.h"
#include "reports/suite/renderers.h"
#include "reports/suite/words.h"

namespace firedrill::reports::suite {
namespace {

using html::badge;
using html::section;
using record::Verdict;

constexpr std::string_view kBeginning = "<!DOCTYPE html>\n<html lang=\"en\" data-page=\"firedrill suite\">\n";

constexpr std::string_view kStyle = R"(.matrix { width: auto; }
.matrix th.up { vertical-align: bottom; padding: 0 4px 8px; }
.matrix th.up span { writing-mode: vertical-rl; transform: rotate(180deg); max-height: 220px; overflow-wrap: anywhere; }
.matrix tbody th { position: sticky; left: 0; background: var(--card); color: var(--ink); font-size: 13.5px; }
.matrix td { padding: 5px 4px; text-align: center; min-width: 30px; }
.matrix td .badge { padding: 0 7px; min-width: 26px; }
.unseen { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); white-space: nowrap; }
.hint { display: none; }
.changes { list-style: none; padding: 0; margin: 8px 0 0; }
.changes li { padding: 7px 0; border-top: 1px solid var(--line); overflow-wrap: anywhere; }
.matrix-legend { display: flex; flex-wrap: wrap; gap: 4px 16px; font-size: 13px; color: var(--quiet); margin: 8px 0; max-width: none; }
@media (max-width: 640px) { .hint { display: block; } .matrix tbody th { min-width: 130px; white-space: normal; overflow-wrap: anywhere; } }
)";

std::string esc(std::string_view text) {
  return escape_markup(text);
}

// A path as the reference of a link: each byte that has a meaning there as %XX.
std::string link_to(std::string_view path) {
  constexpr std::string_view kPlain = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-._~/";
  std::string out = "./";
  for (const char c : path) {
    out += kPlain.contains(c) ? std::string(1, c) : format("%{:02X}", static_cast<unsigned char>(c));
  }
  return out;
}

std::string name_cell(const Suite& suite, const ScenarioRun& run) {
  const std::string name = esc(suite.name_of(run));
  if (run.folder.empty()) return name;
  return format("<a href=\"{}\">{}</a>", link_to(run.folder + "/report.html"), name);
}

std::string tile(std::string_view label, const std::string& value, std::string_view note) {
  return format(
      "<div class=\"tile\"><dt>{}</dt><dd><span class=\"value\">{}</span><span class=\"quiet\">{}</span></dd></div>",
      label, esc(value), esc(note));
}

std::string share_value(const Share& share, std::string_view none) {
  return share.whole == 0 ? std::string(none) : format("{} of {}", share.part, share.whole);
}

std::string tiles(const Suite& suite) {
  const std::vector<std::string> unused = never_exercised(matrix(suite));
  std::string out = tile("Passed", format("{} of {}", suite.passed(), suite.runs.size()),
                         suite.several_seeds() ? "runs" : "scenarios");
  out += tile("Recall", share_value(recall(suite), "–"), "incidents detected");
  out += tile("Precision", share_value(precision(suite), "no pages"), "pages that belong to an incident");
  out += tile("Never exercised", format("{}", unused.size()), format("of {} alerts", matrix(suite).rows.size()));
  if (suite.comparison) {
    out += tile("Against the baseline", format("{} worse", suite.comparison->count(Trend::worse)),
                format("{} better, {} new, {} gone", suite.comparison->count(Trend::better),
                       suite.comparison->count(Trend::added), suite.comparison->count(Trend::removed)));
  }
  return "<dl class=\"tiles\">" + out + "</dl>";
}

std::string header(const Suite& suite) {
  const bool passed = suite.good();
  const bool failed = suite.worse() || std::ranges::any_of(suite.runs, [](const ScenarioRun& run) {
                        return !run.ran() || run.verdict == Verdict::fail;
                      });
  const std::string_view tone = passed ? "good" : failed ? "bad" : "warn";
  return format(
      "<header class=\"verdict {0}\"><p class=\"crumb\">Suite of drills</p><h1>{1}</h1><p class=\"result\">{2} "
      "<span>{3}.</span></p>{4}</header>\n",
      tone, format("{} scenario{}", matrix(suite).scenarios.size(), matrix(suite).scenarios.size() == 1 ? "" : "s"),
      badge(tone,
            passed   ? "✓"
            : failed ? "✕"
                     : "!",
            passed   ? "Passed"
            : failed ? "Failed"
                     : "Invalid"),
      esc(describe_verdicts(suite)), tiles(suite));
}

std::string item(std::string_view tone, std::string_view sign, std::string_view word, const std::string& title,
                 std::string_view text, std::string_view more) {
  return format("<li>{} <strong>{}</strong><p>{}.</p>{}</li>", badge(tone, sign, word), title, esc(text),
                more.empty() ? "" : format("<p class=\"quiet\">{}</p>", esc(more)));
}

std::string failures(const Suite& suite) {
  std::string out;
  for (const ScenarioRun& run : suite.runs) {
    for (const Diagnostic& error : run.errors) {
      const Position& where = error.where;
      const std::string place = where.source == nullptr ? ""
                                : where.line == 0       ? where.source->name
                                                        : format("{}:{}", where.source->name, where.line);
      out += item("bad", "✕", "no result", name_cell(suite, run), error.what, place);
    }
    for (const Check* check : unmet(run)) {
      const bool failed = check->outcome.result == Verdict::fail;
      out += item(failed ? "bad" : "warn", failed ? "✕" : "!", failed ? "fail" : "invalid",
                  format("{}, {}", name_cell(suite, run), esc(check->name)), cause_of(*check),
                  format("Expected: {}. Observed: {}.", check->outcome.expected, check->outcome.observed));
    }
  }
  return out.empty() ? "" : "<div class=\"unmet\" id=\"failed\"><h2>What failed</h2><ul>" + out + "</ul></div>\n";
}

std::string comparison(const Suite& suite) {
  if (!suite.comparison) return "";
  const Comparison& compared = *suite.comparison;
  std::string items;
  for (const Trend trend : {Trend::worse, Trend::better, Trend::added, Trend::removed}) {
    for (const Change& change : compared.changes) {
      if (change.trend != trend) continue;
      const std::string_view tone = trend == Trend::worse ? "bad" : trend == Trend::better ? "good" : "plain";
      const std::string_view sign = trend == Trend::worse    ? "▼"
                                    : trend == Trend::better ? "▲"
                                    : trend == Trend::added  ? "+"
                                                             : "–";
      items += format("<li>{} <strong>{}</strong> {}</li>", badge(tone, sign, word_of(trend)),
                      esc(suite.name_of(change)), esc(change.what));
    }
  }
  const std::string body = items.empty() ? "<p>Nothing is different.</p>" : "<ul class=\"changes\">" + items + "</ul>";
  return section("baseline", "Against the baseline",
                 format("{}; detection may slow by {}.{}", compared.baseline, describe_duration(compared.slower_by),
                        compared.written ? " The baseline has been written anew with these results." : ""),
                 body);
}

std::string runs(const Suite& suite) {
  std::vector<std::vector<std::string>> rows;
  for (const ScenarioRun& run : suite.runs) {
    const std::string pages = run.ran() ? format("{}", run.pages_in_all()) : "–";
    const std::string spurious = run.ran() ? format("{}", run.pages_of_no_incident()) : "–";
    rows.push_back({badge(tone_of(run), sign_of(run), word_of(run)),
                    name_cell(suite, run) +
                        (run.summary.empty() ? "" : format("<br><span class=\"quiet\">{}</span>", esc(run.summary))),
                    describe_detected(run), describe_detection(run), pages, spurious, describe_checks(run)});
  }
  return section("scenarios", "Scenarios",
                 "The time until an incident is detected counts from the injection of the fault to the first alert "
                 "that pages somebody.",
                 "<p class=\"hint quiet\">The table scrolls sideways.</p>" +
                     html::table({"verdict", "scenario", "incidents detected", "detected after", "pages",
                                  "of no incident", "expectations met"},
                                 rows, "first-narrow"));
}

std::string cell(Sight sight, std::string_view scenario) {
  if (sight == Sight::absent) return "<td><span class=\"unseen\">no rule</span></td>";
  const std::string mark =
      tone_of(sight) == "plain"
          ? format("<span class=\"quiet\" aria-hidden=\"true\">{}</span>", sign_of(sight))
          : format("<span class=\"badge {}\" aria-hidden=\"true\">{}</span>", tone_of(sight), sign_of(sight));
  return format("<td title=\"{0}: {1}\">{2}<span class=\"unseen\">{1}</span></td>", esc(scenario), to_string(sight),
                mark);
}

std::string legend() {
  std::string out;
  for (const Sight sight : {Sight::caught, Sight::pending, Sight::late, Sight::missed, Sight::spurious, Sight::unjudged,
                            Sight::no_data, Sight::excepted, Sight::quiet}) {
    out += format("<span>{} {}</span>", sign_of(sight), to_string(sight));
  }
  return format("<p class=\"matrix-legend\" aria-hidden=\"true\">{}</p>", out);
}

std::string alerts(const Suite& suite) {
  const Matrix all = matrix(suite);
  if (all.rows.empty()) return "";
  std::string head = "<th scope=\"col\">alert</th>";
  for (const std::string& scenario : all.scenarios) {
    head += format("<th scope=\"col\" class=\"up\"><span>{}</span></th>", esc(scenario));
  }
  std::string body;
  for (const Matrix::Row& row : all.rows) {
    body += format("<tr><th scope=\"row\">{}{}</th>", esc(row.alert),
                   row.exercised() ? "" : " <span class=\"quiet\">never exercised</span>");
    for (std::size_t i = 0; i < row.sights.size(); ++i) body += cell(row.sights[i], all.scenarios[i]);
    body += "</tr>";
  }
  return section("alerts", "Alerts by scenario",
                 "Every alert of the rules. Never exercised: it fired in no scenario, and none expects it to.",
                 legend() + "<p class=\"hint quiet\">The table scrolls sideways.</p>" +
                     format("<div class=\"scroll\"><table class=\"matrix\"><thead><tr>{}</tr></thead><tbody>{}</tbody>"
                            "</table></div>",
                            head, body));
}

std::string again(const Suite& suite) {
  const Where where = where_again(suite);
  const std::string lead =
      where.before.empty() ? "" : format("The command works {}{}{}.", where.before, where.folder, where.after);
  return section("again", "Run it again", lead, format("<pre><code>{}</code></pre>", esc(suite.command)));
}

}  // namespace

bool is_index(std::string_view beginning) {
  return beginning.starts_with(kBeginning);
}

std::string render_index(const Suite& suite) {
  const std::string_view worst = suite.good() ? "✓" : "✕";
  return format(
      "{}<head>\n<meta charset=\"utf-8\">\n"
      "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'; img-src "
      "data:\">\n"
      "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n<meta name=\"color-scheme\" "
      "content=\"light dark\">\n<title>{} firedrill: {}</title>\n<style>\n{}{}</style>\n</head>\n<body>\n"
      "<a class=\"skip\" href=\"#main\">Skip to the results</a>\n<p class=\"drill\" "
      "role=\"note\"><strong>DRILL</strong> "
      "Simulated incidents. Nothing here happened in production.</p>\n<main id=\"main\">\n{}{}{}{}{}{}</main>\n"
      "</body>\n</html>\n",
      kBeginning, worst, esc(describe_verdicts(suite)), html::style(), kStyle, header(suite), failures(suite),
      comparison(suite), runs(suite), alerts(suite), again(suite));
}

}  // namespace firedrill::reports::suite
