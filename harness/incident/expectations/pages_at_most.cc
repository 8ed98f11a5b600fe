// pages_at_most: people are called no more often than this.
#include <algorithm>
#include <array>

#include "base/contains.h"
#include "base/text/format.h"
#include "incident/alerts/alert_match.h"
#include "incident/expectations/bounds.h"
#include "incident/expectations/expectation_table.h"
#include "incident/notifications/notified.h"
#include "incident/notifications/pages.h"

namespace firedrill::incident::expectations {
using namespace record;
namespace {

constexpr std::array<std::string_view, 3> kCommon{"from", "to", "except"};

std::span<const FieldSpec> own() {
  static const std::array kOwn{
      FieldSpec{.name = "at_most",
                .type = FieldType::integer,
                .required = true,
                .doc = "How many pages there may be.",
                .min = 0,
                .max = 1e6},
      FieldSpec{.name = "receiver", .doc = "Only those of this receiver; without it of all that call a person."},
  };
  return kOwn;
}

constexpr std::size_t kNamed = 5;  // in a message

void check(const Expectation& expectation, const KnownNames& names, Diagnostics& diagnostics) {
  if (expectation.fields.has("receiver")) {
    check_notified(expectation, names, diagnostics);
    const std::string receiver = expectation.fields.text("receiver");
    if (contains(names.receivers, receiver) && !contains(names.paging, receiver)) {
      diagnostics.push_back(
          {Severity::error, expectation.fields.where("receiver"),
           format("receiver '{}' calls nobody: it never pages", receiver),
           names.paging.empty()
               ? std::string("say who does: `paging: {receivers: [...]}`")
               : format("name one that does, {}, or add it to `paging: {{receivers: [...]}}`", names.paging.front())});
    }
  }
  for (const std::string& name : expectation.fields.texts("except")) {
    check_name(expectation, "except", "alert", name, names.alerts, diagnostics);
  }
}

struct Page {
  Time t;
  std::string what;
};

// Of an alert that is not excepted.
bool counts(const Expectation& expectation, const events::Notification& notification) {
  const std::string receiver = expectation.fields.text("receiver");
  if (!receiver.empty() && notification.receiver != receiver) return false;
  const std::vector<std::string> except = expectation.fields.texts("except");
  return std::ranges::any_of(notification.alerts, [&](const events::NotifiedAlert& alert) {
    return alert.status == "firing" && !contains(except, std::string(alert.labels.get(model::kAlertName)));
  });
}

std::vector<Page> pages_of(const Expectation& expectation, const Record& record) {
  std::vector<Page> pages;
  if (!record.alertmanager) {
    const std::vector<std::string> except = expectation.fields.texts("except");
    for (const AlertRecord& alert : record.alerts) {
      if (alert.is_page() && !contains(except, alert.alert)) pages.push_back({*alert.page_at(), describe(alert)});
    }
  } else {
    for (const events::Notification* each : incident::pages(record)) {
      if (counts(expectation, *each)) pages.push_back({each->t, describe(*each)});
    }
  }
  std::ranges::stable_sort(pages, {}, &Page::t);
  return pages;
}

Outcome evaluate(const Expectation& expectation, const Record& record, const promql::Queryable& /*series*/) {
  const Fields& fields = expectation.fields;
  const Span span = judged_span(expectation, record);
  Outcome outcome;
  outcome.subject = fields.text("receiver");
  const std::string whose = outcome.subject.empty() ? std::string() : format(" of {}", outcome.subject);
  const std::int64_t most = fields.integer("at_most");
  outcome.expected = most == 0 ? "no page" + whose : format("at most {} page{}{}", most, most == 1 ? "" : "s", whose);
  if (!outcome.subject.empty() && !has_alertmanager(record, outcome)) return outcome;
  std::vector<Page> pages = pages_of(expectation, record);
  std::erase_if(pages, [&](const Page& page) { return page.t < span.from || page.t > span.to; });
  const auto count = static_cast<std::int64_t>(pages.size());
  outcome.observed = count == 0 ? "no page" : format("{} page{}", count, count == 1 ? "" : "s");
  const std::string beyond = beyond_bounds(fields, count);
  if (beyond.empty()) return outcome;
  outcome.result = Verdict::fail;
  outcome.why = beyond + ":";
  for (std::size_t i = 0; i < std::min(pages.size(), kNamed); ++i) {
    outcome.why += format("{} {} at {}", i == 0 ? "" : ";", pages[i].what, when(record, pages[i].t));
  }
  if (pages.size() > kNamed) outcome.why += format("; and {} more", pages.size() - kNamed);
  return outcome;
}

}  // namespace

ExpectationKind pages_at_most() {
  return {
      .name = "pages_at_most",
      .doc =
          "Between two times (in the whole run, unless said) people are called no more often than this. With an "
          "Alertmanager a page is a notification, accepted by a receiver that calls a person, in which an alert fires "
          "and which is not sent only because another is over: repeats count, what inhibition, grouping and silences "
          "keep away does not. Without one each alert that pages counts. A failure lists the pages.",
      .common = kCommon,
      .own = own(),
      .names_alert = false,
      .check = check,
      .evaluate = evaluate};
}

}  // namespace firedrill::incident::expectations
