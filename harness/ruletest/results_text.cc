#include <algorithm>

#include "base/duration.h"
#include "base/text/escape.h"
#include "base/text/format.h"
#include "base/text/numbers.h"
#include "ruletest/results.h"

namespace firedrill::ruletest {
namespace {

std::string place(const Position& where) {
  return where.source == nullptr ? std::string() : format("{}:{}", printable(where.source->name), where.line);
}

// Nobody reads more of an expression than this.
constexpr std::size_t kMostShown = 1000;

std::string most_of(const std::string& text) {
  if (text.size() <= kMostShown) return text;
  std::size_t end = kMostShown;
  while (end > 0 && (static_cast<unsigned char>(text[end]) & 0xc0) == 0x80) --end;
  return text.substr(0, end) + "…";
}

std::string headline(const Failure& failure) {
  const std::string at = failure.eval_time ? format(" at {}", format_duration(*failure.eval_time)) : "";
  switch (failure.kind) {
    case Failure::Kind::input:
      return format("input series: {}", failure.what);
    case Failure::Kind::rules:
      return failure.what;
    case Failure::Kind::rule_error:
      return format("rule {}{}: {}", failure.subject, at, failure.what);
    case Failure::Kind::alerts:
      return format("alert {}{}: {}", failure.subject, at, failure.what);
    case Failure::Kind::samples:
      return format("expr {}{}: {}", model::quote(most_of(failure.subject)), at, failure.what);
    case Failure::Kind::error:
      return failure.subject.empty()
                 ? format("{}{}", failure.what, at)
                 : format("expr {}{}: {}", model::quote(most_of(failure.subject)), at, failure.what);
    case Failure::Kind::route:
      return format("route of {}{}: {}", failure.subject, at, failure.what);
    case Failure::Kind::alert_state:
      return format("alert {}{}: {}", failure.subject, at, failure.what);
    case Failure::Kind::notifications:
      return format("receiver {}{}: {}", failure.subject, at, failure.what);
  }
  return {};
}

std::string cell(const std::optional<double>& value) {
  if (!value) return "-";
  return format_go_g(*value).size() <= 9 ? format_go_g(*value) : format("{:.4g}", *value);
}

std::string padded(const std::string& text, std::size_t width, bool right) {
  const std::string blanks(width > text.size() ? width - text.size() : 0, ' ');
  return right ? blanks + text : text + blanks;
}

// An expression of several lines in one, and not too long.
std::string shortened(std::string text) {
  std::ranges::replace(text, '\n', ' ');
  constexpr std::size_t kHead = 64;
  constexpr std::size_t kTail = 36;  // what a comparison compares with stands last
  if (text.size() <= kHead + kTail) return text;
  const auto boundary = [&](std::size_t at) {
    while (at > 0 && (static_cast<unsigned char>(text[at]) & 0xc0) == 0x80) --at;
    return at;
  };
  return text.substr(0, boundary(kHead)) + " … " + text.substr(boundary(text.size() - kTail));
}

std::string describe(const Evidence& evidence) {
  std::vector<std::string> head;
  for (std::size_t i = 0; i < evidence.times.size(); ++i) {
    const std::string time = format_duration(evidence.times[i]);
    head.push_back(i == evidence.at ? format("[{}]", time) : time);
  }
  std::size_t width = 4;
  for (const std::string& time : head) width = std::max(width, time.size());
  for (const EvidenceRow& row : evidence.rows) {
    for (const auto& value : row.values) width = std::max(width, cell(value).size());
  }
  std::string out = "      ";
  for (const std::string& time : head) out += "  " + padded(time, width, true);
  out += "\n";
  std::string last;
  for (const EvidenceRow& row : evidence.rows) {
    if (row.expression != last) out += format("      {}\n", printable(shortened(row.expression)));
    last = row.expression;
    out += "      ";
    for (const auto& value : row.values) out += "  " + padded(cell(value), width, true);
    if (!row.labels.empty()) out += "  " + printable(row.labels);
    if (!row.note.empty()) out += ", " + row.note;
    out += "\n";
  }
  if (evidence.hidden > 0) out += format("      … and {} more\n", evidence.hidden);
  return out;
}

// A text of several lines, an annotation say: each but the first behind a bar, so that none begins a line of ours.
std::string in_lines(std::string_view text) {
  std::string out;
  while (true) {
    const std::size_t end = text.find('\n');
    out += printable(text.substr(0, end));
    if (end == std::string_view::npos) return out;
    out += "\n        | ";
    text.remove_prefix(end + 1);
  }
}

char mark_of(DiffLine::Mark mark) {
  return mark == DiffLine::Mark::missing ? '-' : mark == DiffLine::Mark::unexpected ? '+' : ' ';
}

std::string counted(std::size_t count, std::string_view noun) {
  return format("{} {}{}", count, noun, count == 1 ? "" : "s");
}

}  // namespace

std::string_view to_string(Failure::Kind kind) {
  switch (kind) {
    case Failure::Kind::input:
      return "input";
    case Failure::Kind::rules:
      return "rules";
    case Failure::Kind::rule_error:
      return "rule_error";
    case Failure::Kind::alerts:
      return "alerts";
    case Failure::Kind::samples:
      return "samples";
    case Failure::Kind::error:
      return "error";
    case Failure::Kind::route:
      return "route";
    case Failure::Kind::alert_state:
      return "alert_state";
    case Failure::Kind::notifications:
      return "notifications";
  }
  return {};
}

bool FileResult::passed() const {
  return errors.empty() && std::ranges::all_of(tests, &TestResult::passed);
}

std::size_t FileResult::checks() const {
  std::size_t count = 0;
  for (const TestResult& test : tests) count += test.checks;
  return count;
}

void fail_on_warnings(FileResult& file) {
  if (!file.errors.empty()) return;
  Diagnostics all = std::move(file.warnings);
  file.warnings.clear();
  for (TestResult& test : file.tests) {
    all.insert(all.end(), test.warnings.begin(), test.warnings.end());
    test.warnings.clear();
  }
  tidy(all);
  if (all.empty()) return;
  TestResult& strict = file.tests.emplace_back();
  strict.title = "without warnings";
  for (const Diagnostic& warning : all) {
    Failure& failure = strict.failures.emplace_back();
    failure.where = warning.where;
    failure.what = warning.what;
    failure.remedy = warning.remedy;
  }
}

std::string describe(const Failure& failure, const TextOptions& options) {
  const std::string where = place(failure.where);
  std::string out = format("    {}{}\n", printable(headline(failure)), where.empty() ? "" : format("  ({})", where));
  if (!failure.remedy.empty()) out += format("      = help: {}\n", printable(failure.remedy));
  for (const DiffLine& line : failure.diff) {
    if (options.only_differences && line.mark == DiffLine::Mark::same) continue;
    out += format("      {} {}\n", mark_of(line.mark), in_lines(line.text));
  }
  if (failure.evidence && !failure.evidence->times.empty()) out += describe(*failure.evidence);
  for (const std::string& line : failure.account) out += format("      {}\n", in_lines(line));
  return out;
}

std::string describe(const FileResult& file, const TextOptions& options) {
  std::string dumps;
  for (const TestResult& test : file.tests) {
    if (!test.dump.empty()) dumps += format("DEBUG: test {}\n{}", printable(test.title), test.dump);
  }
  const std::string size = format("{}, {}", counted(file.tests.size(), "test"), counted(file.checks(), "case"));
  const std::string path = printable(file.path);
  if (file.passed()) return dumps + format("{}: passed, {}\n", path, size);
  if (!file.errors.empty()) return format("{}: FAILED, the file cannot be used\n", path);
  std::string out = dumps + format("{}: FAILED, {}\n", path, size);
  for (const TestResult& test : file.tests) {
    if (test.passed()) continue;
    out += format("  test {}\n", printable(test.title));
    for (const Failure& failure : test.failures) out += describe(failure, options);
  }
  return out;
}

std::string describe(const Coverage& coverage) {
  std::string out;
  std::string group;
  for (const auto& [id, rule] : coverage.rules()) {
    std::string missing;
    for (const auto& [exercise, done] : rule.exercised) {
      if (!done) missing += format("{}{}", missing.empty() ? "" : ", ", to_string(exercise));
    }
    if (missing.empty()) continue;
    // What nobody looks at exercises nothing else, which need not be said.
    if (const auto looked = rule.exercised.find(Exercise::looked); looked != rule.exercised.end() && !looked->second) {
      missing = to_string(Exercise::looked);
    }
    if (const std::string title = printable(format("{}: group {}", id.file, id.group)); title != group) {
      out += title + "\n";
      group = title;
    }
    out += format("  {} {}, line {}: never {}\n", rule.alerting ? "alert" : "record", printable(rule.name),
                  rule.where.line, missing);
  }
  return out + format("coverage {:.1f} %: {} of {} ({} and {} transitions)\n", coverage.percent(), coverage.exercised(),
                      coverage.total(), counted(coverage.rules().size(), "rule"),
                      coverage.rules().size() == 1 ? "its" : "their");
}

}  // namespace firedrill::ruletest
