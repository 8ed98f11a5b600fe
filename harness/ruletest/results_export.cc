#include <algorithm>

#include "base/duration.h"
#include "base/text/escape.h"
#include "base/text/format.h"
#include "ruletest/results.h"

namespace firedrill::ruletest {
namespace {

json::array texts(const std::vector<std::string>& from) {
  json::array out;
  for (const std::string& text : from) out.emplace_back(text);
  return out;
}

json::object place(const Position& where) {
  json::object out;
  if (where.source == nullptr) return out;
  out["file"] = where.source->name;
  out["line"] = where.line;
  out["column"] = where.column;
  return out;
}

json::array diagnostics_json(const Diagnostics& diagnostics) {
  json::array out;
  for (const Diagnostic& each : diagnostics) {
    json::object one = place(each.where);
    one["message"] = each.what;
    if (!each.remedy.empty()) one["help"] = each.remedy;
    out.emplace_back(std::move(one));
  }
  return out;
}

json::object evidence_json(const Evidence& evidence) {
  json::object out;
  json::array times;
  for (const Duration t : evidence.times) times.emplace_back(format_duration(t));
  out["times"] = std::move(times);
  json::array rows;
  for (const EvidenceRow& row : evidence.rows) {
    json::array values;
    for (const auto& value : row.values) values.emplace_back(value ? json::value(*value) : json::value());
    json::object one{{"expression", row.expression}, {"labels", row.labels}, {"values", values}};
    if (!row.note.empty()) one["note"] = row.note;
    rows.emplace_back(std::move(one));
  }
  out["rows"] = std::move(rows);
  return out;
}

json::object failure_json(const Failure& failure) {
  json::object out{{"kind", to_string(failure.kind)}};
  if (!failure.subject.empty()) out["subject"] = failure.subject;
  if (failure.eval_time) out["eval_time"] = format_duration(*failure.eval_time);
  out["message"] = failure.what;
  if (!failure.remedy.empty()) out["help"] = failure.remedy;
  out["where"] = place(failure.where);
  if (!failure.expected.empty() || !failure.got.empty()) {
    out["expected"] = texts(failure.expected);
    out["got"] = texts(failure.got);
  }
  if (!failure.account.empty()) out["account"] = texts(failure.account);
  if (failure.evidence) out["evidence"] = evidence_json(*failure.evidence);
  return out;
}

json::object coverage_json(const CoverageResult& result) {
  const Coverage& coverage = result.coverage;
  json::object out{{"percent", coverage.percent()}, {"exercised", coverage.exercised()}, {"total", coverage.total()}};
  if (result.required > 0) {
    out["required"] = result.required;
    out["passed"] = result.passed();
  }
  json::array rules;
  for (const auto& [id, rule] : coverage.rules()) {
    json::object one{{"file", id.file},
                     {"group", id.group},
                     {"name", rule.name},
                     {"type", rule.alerting ? "alert" : "record"},
                     {"line", rule.where.line}};
    json::object exercised;
    for (const auto& [exercise, done] : rule.exercised) exercised[to_string(exercise)] = done;
    one["exercised"] = std::move(exercised);
    rules.emplace_back(std::move(one));
  }
  out["rules"] = std::move(rules);
  return out;
}

std::string failure_xml(const std::string& message, const std::string& body) {
  return format("      <failure message=\"{}\">{}</failure>\n", escape_markup(message), escape_markup(body));
}

std::string suite_xml(const FileResult& file) {
  const auto failed =
      static_cast<std::size_t>(std::ranges::count_if(file.tests, [](const TestResult& t) { return !t.passed(); }));
  const bool broken = !file.errors.empty();
  std::string out = format("  <testsuite name=\"{}\" tests=\"{}\" failures=\"{}\" errors=\"{}\">\n",
                           escape_markup(file.path), file.tests.size() + broken, failed, broken ? 1 : 0);
  if (broken) {
    out +=
        format("    <testcase name=\"{}\" classname=\"{}\">\n      <error message=\"{}\">{}</error>\n    </testcase>\n",
               escape_markup(file.path), escape_markup(file.path), escape_markup(file.errors.front().what),
               escape_markup(render(file.errors)));
  }
  for (const TestResult& test : file.tests) {
    out += format("    <testcase name=\"{}\" classname=\"{}\"", escape_markup(test.title), escape_markup(file.path));
    if (test.passed()) {
      out += "/>\n";
      continue;
    }
    out += ">\n";
    for (const Failure& failure : test.failures) {
      const std::string text = describe(failure, {});
      const std::size_t begin = text.find_first_not_of(' ');
      out += failure_xml(text.substr(begin, text.find('\n') - begin), text);
    }
    out += "    </testcase>\n";
  }
  return out + "  </testsuite>\n";
}

std::string suite_xml(const CoverageResult& coverage) {
  const bool passed = coverage.passed();
  const std::string head = format(
      "  <testsuite name=\"coverage\" tests=\"1\" failures=\"{}\" errors=\"0\">\n"
      "    <testcase name=\"at least {:g} %\" classname=\"coverage\"",
      passed ? 0 : 1, coverage.required);
  if (passed) return head + "/>\n  </testsuite>\n";
  return head + ">\n" + failure_xml(coverage.what_is_missing(), describe(coverage.coverage)) +
         "    </testcase>\n  </testsuite>\n";
}

}  // namespace

std::string CoverageResult::what_is_missing() const {
  return format("coverage {:.1f} % is below the {:g} % of --min-coverage", coverage.percent(), required);
}

json::value results_json(const std::vector<FileResult>& files, const CoverageResult* coverage) {
  json::object out;
  out["passed"] = std::ranges::all_of(files, &FileResult::passed) && (coverage == nullptr || coverage->passed());
  json::array list;
  for (const FileResult& file : files) {
    json::object one{{"file", file.path}, {"passed", file.passed()}};
    if (!file.errors.empty()) one["errors"] = diagnostics_json(file.errors);
    Diagnostics warnings = file.warnings;
    json::array tests;
    for (const TestResult& test : file.tests) {
      json::object entry{{"name", test.title}, {"passed", test.passed()}, {"cases", test.checks}};
      json::array failures;
      for (const Failure& failure : test.failures) failures.emplace_back(failure_json(failure));
      entry["failures"] = std::move(failures);
      tests.emplace_back(std::move(entry));
      warnings.insert(warnings.end(), test.warnings.begin(), test.warnings.end());
    }
    one["warnings"] = diagnostics_json(warnings);
    one["tests"] = std::move(tests);
    list.emplace_back(std::move(one));
  }
  out["files"] = std::move(list);
  if (coverage != nullptr) out["coverage"] = coverage_json(*coverage);
  return out;
}

std::string results_junit(const std::vector<FileResult>& files, const CoverageResult* coverage,
                          std::string_view command) {
  std::string out = format("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites name=\"{}\">\n", command);
  for (const FileResult& file : files) out += suite_xml(file);
  if (coverage != nullptr && coverage->required > 0) out += suite_xml(*coverage);
  return out + "</testsuites>\n";
}

}  // namespace firedrill::ruletest
