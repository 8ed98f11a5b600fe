// grouped: alerts come in one notification.
#include <algorithm>
#include <array>

#include "base/contains.h"
#include "base/duration.h"
#include "base/text/format.h"
#include "incident/alerts/alert_expectation.h"
#include "incident/expectations/expectation_table.h"
#include "incident/notifications/notified.h"

namespace firedrill::incident::expectations {
using namespace record;
namespace {

constexpr std::array<std::string_view, 2> kCommon{"since", "within"};

std::span<const FieldSpec> own() {
  static const std::array kOwn{
      FieldSpec{.name = "receiver", .required = true, .doc = kReceiverField.doc},
      FieldSpec{.name = "alerts",
                .type = FieldType::texts,
                .doc = "Names of alerts, each of which fires in that notification."},
      FieldSpec{.name = "at_least",
                .type = FieldType::integer,
                .doc = "How many alerts fire in it, at least.",
                .min = 2,
                .max = 1e6},
      FieldSpec{.name = "group_labels",
                .type = FieldType::text_map,
                .doc = "Labels that the group has, among others of those that it is grouped by."},
      FieldSpec{.name = "incident", .doc = "The incident that `since` is about; without it the run's first."},
  };
  return kOwn;
}

void check(const Expectation& expectation, const KnownNames& names, Diagnostics& diagnostics) {
  check_notified(expectation, names, diagnostics);
  check_known(expectation, "incident", "incident", names.incidents, diagnostics);
  const Fields& fields = expectation.fields;
  for (const std::string& name : fields.texts("alerts")) {
    check_name(expectation, "alerts", "alert", name, names.alerts, diagnostics);
  }
  if (!fields.texts("alerts").empty() || fields.has("at_least")) return;
  diagnostics.push_back({Severity::error, fields.where(), "it does not say what comes in one notification",
                         "add `alerts`, `at_least`, or both"});
}

// Of what is wanted, how much a notification has; and what it lacks, in words.
struct Fit {
  std::size_t names = 0;
  std::size_t alerts = 0;
  std::string lacks{};
  auto rank() const { return std::pair(names, alerts); }
};

Fit fit_of(const Expectation& expectation, const events::Notification& notification) {
  Fit fit{.alerts = notification.firing()};
  for (const std::string& name : expectation.fields.texts("alerts")) {
    const bool has = std::ranges::any_of(notification.alerts, [&](const events::NotifiedAlert& each) {
      return each.status == "firing" && each.labels.get(model::kAlertName) == name;
    });
    if (has) {
      ++fit.names;
    } else {
      fit.lacks += (fit.lacks.empty() ? "" : ", ") + name;
    }
  }
  const auto wanted = static_cast<std::size_t>(expectation.fields.integer("at_least", 0));
  if (fit.alerts < wanted) {
    fit.lacks += format("{}{} of {} alert{}", fit.lacks.empty() ? "" : " and ", wanted - fit.alerts, wanted,
                        wanted == 1 ? "" : "s");
  }
  return fit;
}

bool of_group(const Expectation& expectation, const events::Notification& notification) {
  return std::ranges::all_of(expectation.fields.text_map("group_labels"), [&](const auto& label) {
    return notification.group_labels.get(label.first) == label.second;
  });
}

std::string wanted_in_words(const Fields& fields) {
  std::string out;
  for (const std::string& name : fields.texts("alerts")) out += (out.empty() ? "" : ", ") + name;
  if (!fields.has("at_least")) return out;
  const std::string count =
      format("at least {} alert{}", fields.integer("at_least"), fields.integer("at_least") == 1 ? "" : "s");
  return out.empty() ? count : format("{}, {} among them,", count, out);
}

Outcome evaluate(const Expectation& expectation, const Record& record, const promql::Queryable& /*series*/) {
  const Fields& fields = expectation.fields;
  Outcome outcome;
  outcome.subject = fields.text("receiver");
  outcome.expected = format("{} is told of {} in one notification", outcome.subject, wanted_in_words(fields));
  if (!has_alertmanager(record, outcome)) return outcome;
  const auto window = alert_window(expectation, record, outcome);
  if (!window) return outcome;
  const events::Notification* nearest = nullptr;
  Fit best;
  for (const events::Notification* each : notifications_to(expectation, record)) {
    if (!each->accepted || each->t < window->since.t || !of_group(expectation, *each)) continue;
    const Fit fit = fit_of(expectation, *each);
    const bool better = nearest == nullptr || (fit.lacks.empty() && !best.lacks.empty()) ||
                        (fit.lacks.empty() == best.lacks.empty() && fit.rank() > best.rank());
    if (better && !(nearest != nullptr && best.lacks.empty())) {
      nearest = each;
      best = fit;
    }
  }
  if (nearest == nullptr) {
    outcome.result = Verdict::fail;
    outcome.observed = "it was told nothing";
    outcome.why = "no notification of such a group was accepted by it";
    return outcome;
  }
  outcome.observed = format("told of {} alert{} at {}: {}", best.alerts, best.alerts == 1 ? "" : "s",
                            when(record, nearest->t), describe(*nearest));
  if (!best.lacks.empty()) {
    outcome.result = Verdict::fail;
    outcome.why = format("the notification that came nearest, of group {}, lacks {}", nearest->group_key, best.lacks);
  } else if (nearest->t > window->deadline) {
    outcome.result = Verdict::fail;
    outcome.why = format("{} late", describe_duration(nearest->t - window->deadline));
  }
  return outcome;
}

}  // namespace

ExpectationKind grouped() {
  return {
      .name = "grouped",
      .doc =
          "One notification that the receiver accepts has all these alerts, or so many, firing at once: `group_by` and "
          "`group_wait` do what they are for. A failure names the notification that came nearest and what it lacks.",
      .common = kCommon,
      .own = own(),
      .names_alert = false,
      .check = check,
      .evaluate = evaluate};
}

}  // namespace firedrill::incident::expectations
