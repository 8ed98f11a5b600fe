// GitHub's workflow commands (`::error file=…,line=…,title=…::…`), as actions/toolkit writes them. Ten of a kind are
// shown for each step, and nobody is told of the rest.
#include <algorithm>

#include "base/text/escape.h"
#include "base/text/format.h"
#include "reports/suite/renderers.h"
#include "reports/suite/words.h"

namespace firedrill::reports::suite {
namespace {

using record::Verdict;

constexpr std::size_t kShown = 10;          // of a kind
constexpr std::size_t kMostOfText = 1'000;  // bytes; the log and the summary have the rest

// The text is one line and holds no command of another runner's; what the format gives a meaning to is escaped.
std::string escaped(std::string_view text, bool property) {
  std::string plain = harmless_line(printable(text));
  if (plain.size() > kMostOfText) {
    std::size_t end = kMostOfText;
    while (end > 0 && (static_cast<unsigned char>(plain[end]) & 0xc0) == 0x80) --end;
    plain.resize(end);
    plain += "…";
  }
  std::string out;
  for (const char c : plain) {
    if (c == '%') {
      out += "%25";
    } else if (property && c == ':') {
      out += "%3A";
    } else if (property && c == ',') {
      out += "%2C";
    } else {
      out += c;
    }
  }
  return out;
}

std::string command(std::string_view kind, const Position& where, std::string_view title, std::string_view text) {
  std::string out = format("::{} ", kind);
  if (where.source != nullptr) {
    out += format("file={},", escaped(where.source->name, true));
    if (where.line > 0) out += format("line={},", where.line);
  }
  return out + format("title={}::{}\n", escaped(title, true), escaped(text, false));
}

struct Found {
  std::vector<std::string> errors;
  std::vector<std::string> warnings;
};

void find_changes(const Suite& suite, Found& found) {
  if (!suite.comparison || suite.comparison->written) return;
  for (const Change& change : suite.comparison->changes) {
    if (!change.fails) continue;
    found.errors.push_back(command("error", change.where, format("{} is worse", suite.name_of(change)), change.what));
  }
}

void find_unmet(const Suite& suite, Found& found) {
  for (const ScenarioRun& run : suite.runs) {
    for (const Diagnostic& error : run.errors) {
      found.errors.push_back(command("error", error.where, suite.name_of(run), error.what));
    }
    for (const Check* check : unmet(run)) {
      const bool failed = check->outcome.result == Verdict::fail;
      const std::string text = format("expected {}; observed {}{}{}", check->outcome.expected, check->outcome.observed,
                                      check->outcome.why.empty() ? "" : ": ", check->outcome.why);
      (failed ? found.errors : found.warnings)
          .push_back(command(failed ? "error" : "warning", check->where,
                             format("{}: {}", suite.name_of(run), check->name), text));
    }
  }
}

// The aggregate, and as many of the rest as are shown beside it.
std::string some(std::string_view kind, const std::string& aggregate, const std::vector<std::string>& lines) {
  const std::size_t shown = std::min(lines.size(), kShown - 1);
  std::string text = aggregate;
  if (shown < lines.size()) {
    text += format("; {} of {} {}s are annotated, the job's summary has them all", shown, lines.size(), kind);
  }
  std::string out = command(kind, {}, "firedrill", text);
  for (std::size_t i = 0; i < shown; ++i) out += lines[i];
  return out;
}

}  // namespace

std::string render_annotations(const Suite& suite) {
  Found found;
  find_changes(suite, found);
  find_unmet(suite, found);
  std::string text = describe_verdicts(suite);
  if (suite.comparison) text += format("; against the baseline: {}", describe_changes(*suite.comparison));
  text += format("; recall: {}; precision: {}", describe_recall(recall(suite)), describe_precision(precision(suite)));
  if (found.errors.empty() && found.warnings.empty()) return command("notice", {}, "firedrill", text);
  std::string out = found.errors.empty() ? "" : some("error", text, found.errors);
  if (found.warnings.empty()) return out;
  return out + some("warning", found.errors.empty() ? text : "what could not be judged", found.warnings);
}

}  // namespace firedrill::reports::suite
