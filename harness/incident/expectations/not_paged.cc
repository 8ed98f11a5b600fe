// not_paged: somebody is left alone.
#include <algorithm>
#include <array>

#include "base/text/format.h"
#include "incident/expectations/expectation_table.h"
#include "incident/people/walk.h"

namespace firedrill::incident::expectations {
using namespace record;
namespace {

constexpr std::array<std::string_view, 2> kCommon{"from", "to"};
constexpr std::size_t kNamed = 3;  // in a message

Outcome evaluate(const Expectation& expectation, const Record& record, const promql::Queryable& /*series*/) {
  Outcome outcome;
  outcome.subject = expectation.fields.text("tier");
  const std::string who = expectation.fields.has("tier") ? role_wanted(expectation) + " is not" : "nobody is";
  outcome.expected = format("{} paged{}", who, page_wanted(expectation));
  if (!has_people(record, outcome)) return outcome;
  const Span span = judged_span(expectation, record);
  std::vector<const events::Event*> pages = walk(expectation, record, events::EventKind::oncall_paged);
  std::erase_if(pages, [&](const events::Event* each) { return each->t < span.from || each->t > span.to; });
  outcome.observed = pages.empty() ? "no page" : format("{} page{}", pages.size(), pages.size() == 1 ? "" : "s");
  if (pages.empty()) return outcome;
  outcome.result = Verdict::fail;
  for (std::size_t i = 0; i < std::min(pages.size(), kNamed); ++i) {
    outcome.why += format("{}{} was paged at {}, for {}", i == 0 ? "" : "; ", role_of(*pages[i]),
                          when(record, pages[i]->t), pages[i]->text("alert"));
  }
  if (pages.size() > kNamed) outcome.why += format("; and {} more", pages.size() - kNamed);
  return outcome;
}

}  // namespace

ExpectationKind not_paged() {
  return {
      .name = "not_paged",
      .doc =
          "Between two times (in the whole run, unless said) nobody is called as the tier (at all, if none is named), "
          "by the on-call file. A failure says when and for what.",
      .common = kCommon,
      .own = page_fields(),
      .names_alert = false,
      .check = check_people,
      .evaluate = evaluate};
}

}  // namespace firedrill::incident::expectations
