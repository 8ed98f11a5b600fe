#include "reports/junit_case.h"

#include "base/text/format.h"
#include "reports/escape.h"

namespace firedrill::reports::junit {

std::string seconds_text(double seconds) {
  return seconds == 0 ? "0" : format("{:.3f}", seconds);
}

std::string render(const Case& each) {
  std::string out = format("    <testcase classname=\"{}\" name=\"{}\" time=\"{}\"", escape_markup(each.suite),
                           escape_markup(each.name), seconds_text(each.seconds));
  if (each.where.source != nullptr) {
    out += format(" file=\"{}\"", escape_markup(each.where.source->name));
    if (each.where.line > 0) out += format(" line=\"{}\"", each.where.line);
  }
  if (each.result == record::Verdict::pass) return out + "/>\n";
  const bool failed = each.result == record::Verdict::fail;
  const std::string_view element = failed ? "failure" : "error";
  return out + format(">\n      <{0} type=\"{1}\" message=\"{2}\">{3}</{0}>\n    </testcase>\n", element,
                      failed ? escape_markup(each.type) : "invalid", escape_markup(each.message),
                      escape_markup(each.body));
}

Case case_of(std::string_view suite, std::string name, std::string_view kind, const record::Outcome& outcome,
             std::string_view command) {
  Case made;
  made.suite = suite;
  made.name = std::move(name);
  made.result = outcome.result;
  made.type = kind;
  made.message = outcome.why.empty() ? outcome.observed : outcome.why;
  made.body = format("expected: {}\nobserved: {}\nwhy: {}\nreproduce: {}\n", outcome.expected, outcome.observed,
                     outcome.why, command);
  return made;
}

std::string fault_case_name(std::string_view fault) {
  return format("fault {} took effect", fault);
}

std::string unique(std::set<std::string>& used, const std::string& name) {
  std::string candidate = name;
  for (int i = 2; !used.insert(candidate).second; ++i) candidate = format("{} ({})", name, i);
  return candidate;
}

}  // namespace firedrill::reports::junit
