#include "lint/causes.h"

#include <map>
#include <tuple>
#include <vector>

#include "base/text/escape.h"
#include "base/text/format.h"
#include "base/text/redact.h"

namespace firedrill::lint {
namespace {

// Fewer of a cause are shown in full.
constexpr std::size_t kSeveral = 4;

std::string file_of(const Diagnostic& diagnostic) {
  return diagnostic.where.source ? diagnostic.where.source->name : std::string();
}

std::string one_line(const Diagnostic& diagnostic) {
  const std::string_view cause = cause_of(diagnostic);
  const std::string what = diagnostic.what.substr(0, diagnostic.what.size() - cause.size() - 3);
  return format("      {}:{}: {}\n", diagnostic.where.line, diagnostic.where.column,
                printable(without_passwords(what)));
}

}  // namespace

std::string with_cause(std::string_view what, std::string_view lint) {
  return format("{} [{}]", what, lint);
}

std::string_view cause_of(const Diagnostic& warning) {
  const std::string_view what = warning.what;
  if (warning.severity != Severity::warning || !what.ends_with(']')) return {};
  const std::size_t begin = what.rfind(" [");
  if (begin == std::string_view::npos) return {};
  const std::string_view name = what.substr(begin + 2, what.size() - begin - 3);
  const bool plain = name.find_first_not_of("abcdefghijklmnopqrstuvwxyz-") == std::string_view::npos;
  return plain ? name : std::string_view();
}

std::string render_by_cause(const Diagnostics& diagnostics) {
  using Cause = std::tuple<std::string, std::string_view, std::string_view>;  // file, lint, remedy
  const auto cause = [](const Diagnostic& each) { return Cause(file_of(each), cause_of(each), each.remedy); };
  std::map<Cause, std::vector<const Diagnostic*>> groups;
  for (const Diagnostic& each : diagnostics) {
    if (!cause_of(each).empty()) groups[cause(each)].push_back(&each);
  }
  std::string text;
  for (const Diagnostic& each : diagnostics) {
    const auto group = groups.find(cause(each));
    if (group == groups.end() || group->second.size() < kSeveral) {
      text += render(each);
    } else if (group->second.front() == &each) {
      text += render(each);
      text += format("      = {} more of [{}] in this file:\n", group->second.size() - 1, cause_of(each));
      for (std::size_t i = 1; i < group->second.size(); ++i) text += one_line(*group->second[i]);
    }
  }
  return text;
}

std::string count_by_cause(const Diagnostics& diagnostics) {
  std::map<std::string_view, std::size_t> counts;
  for (const Diagnostic& each : diagnostics) ++counts[cause_of(each)];
  std::string text = diagnostics.size() == 1 ? "1 warning" : format("{} warnings", diagnostics.size());
  std::string parts;
  for (const auto& [cause, count] : counts) {
    if (!cause.empty()) parts += format("{}{} {}", parts.empty() ? "" : ", ", count, cause);
  }
  if (const auto others = counts.find(""); others != counts.end() && !parts.empty()) {
    parts += format(", {} of no lint", others->second);
  }
  return parts.empty() ? text : text + ": " + parts;
}

}  // namespace firedrill::lint
