#include "reports/alert_matrix.h"

#include <algorithm>
#include <set>

#include "incident/alerts/alert_expectation.h"
#include "incident/alerts/alert_match.h"
#include "incident/expectations/expectation_table.h"
#include "reports/words.h"

namespace firedrill::reports {
namespace {

using record::AlertRecord;
using record::Expectation;
using record::Record;
using record::Verdict;

bool fired(const Record& record, const AlertRecord& alert) {
  return incident::fires_in(alert, record.judged_from, record.judged_to);
}

bool was_pending(const Record& record, const AlertRecord& alert) {
  const auto over = alert.over_at();
  return alert.pending_at && *alert.pending_at <= record.judged_to && (!over || *over >= record.judged_from);
}

// When it began to be what it became.
Time begins(const AlertRecord& alert) {
  return alert.firing_at ? *alert.firing_at : alert.pending_at.value_or(Time{});
}

bool earlier(const AlertRecord& a, const AlertRecord* b) {
  return b == nullptr || begins(a) < begins(*b);
}

std::string declared_labels(const Expectation& expectation) {
  std::vector<model::Label> labels;
  for (const auto& [name, value] : expectation.fields.text_map("labels")) labels.push_back({name, value});
  if (expectation.fields.has("severity")) labels.push_back({"severity", expectation.fields.text("severity")});
  return labels.empty() ? "" : model::Labels::from(std::move(labels)).to_string();
}

model::Labels shared(const model::Labels& a, const model::Labels& b) {
  model::Labels both;
  for (const model::Label& label : a) {
    if (b.get(label.name) == label.value) both.set(label.name, label.value);
  }
  return both;
}

// What an expectation means, as its evaluation finds it.
struct Meant {
  const AlertRecord* alert = nullptr;
  AlertState otherwise = AlertState::missed;  // what it is if the expectation failed
};

Meant meant_by(const Record& record, const Expectation& expectation, incident::AlertStepTime step) {
  record::Outcome scratch;
  const auto window = incident::alert_window(expectation, record, scratch);
  if (!window) return {};
  const AlertRecord* alert = incident::first_to_reach(expectation, record, step, window->earliest);
  if (alert == nullptr) return {};
  const Time t = *(alert->*step);
  if (t < window->earliest) return {alert, AlertState::early};
  // Another incident's.
  if (!incident::why_not_meant(expectation, record, *alert, step, *window, "").empty()) return {};
  return {alert, t > window->deadline                     ? AlertState::late
                 : alert->held(record::HoldKind::dropped) ? AlertState::dropped
                                                          : AlertState::lingering};
}

// What becomes of an alert on its way to people, and not whether it fires.
bool is_of_notifications(const Expectation& expectation) {
  return expectation.kind != "alert_firing" && expectation.kind != "alert_pending";
}

// Of such an expectation: the first that fired, of the incident that it names if there is one. When people were told,
// and since when that counts, is nothing that the alert did.
Meant notified_by(const Record& record, const Expectation& expectation) {
  const std::string incident = expectation.fields.text("incident");
  const AlertRecord* found = nullptr;
  for (const AlertRecord& alert : record.alerts) {
    if (!incident::matches(expectation, alert) || !fired(record, alert)) continue;
    const bool nearer = found != nullptr && found->incident != incident && alert.incident == incident;
    const bool same = found != nullptr && (found->incident == incident) == (alert.incident == incident);
    if (found == nullptr || nearer || (same && earlier(alert, found))) found = &alert;
  }
  return {found, found == nullptr ? AlertState::missed : AlertState::mishandled};
}

void add_activation(AlertRow& row, const AlertRecord& alert) {
  ++row.activations;
  const bool open = row.activations > 1 && !row.resolved_at;
  const std::optional<Time> ended = incident::ended_at(alert);
  row.resolved_at = open || !ended ? std::nullopt : std::optional(std::max(row.resolved_at.value_or(*ended), *ended));
}

// Beside the row, the activations that it is about are added to `told`.
AlertRow expected_row(const Record& record, const Expectation& expectation, std::set<const AlertRecord*>& told) {
  AlertRow row;
  row.alert = expectation.fields.text("alert");
  row.expectation = expectation.id;
  const bool pending = expectation.kind == "alert_pending";
  const incident::AlertStepTime step = pending ? &AlertRecord::pending_at : &AlertRecord::firing_at;
  const Meant meant =
      is_of_notifications(expectation) ? notified_by(record, expectation) : meant_by(record, expectation, step);
  row.first = meant.alert;
  model::Labels labels;
  for (const AlertRecord& alert : record.alerts) {
    if (row.first == nullptr || !incident::matches(expectation, alert) || alert.incident != row.first->incident)
      continue;
    const bool counts = pending ? was_pending(record, alert) : fired(record, alert);
    const bool before = !counts || !(alert.*step) || *(alert.*step) < *(row.first->*step);
    if (before && &alert != row.first) continue;
    labels = row.activations == 0 ? alert.labels : shared(labels, alert.labels);
    add_activation(row, alert);
    told.insert(&alert);
  }
  row.labels = row.first != nullptr ? other_labels(labels) : declared_labels(expectation);
  row.incident = row.first != nullptr ? row.first->incident : expectation.fields.text("incident");
  const auto judged = std::ranges::find(record.expectations, expectation.id, &record::ExpectationRecord::id);
  const Verdict result = judged == record.expectations.end() ? Verdict::invalid : judged->outcome.result;
  row.state = result == Verdict::pass      ? (pending ? AlertState::pending : AlertState::fired)
              : result == Verdict::invalid ? AlertState::unjudged
                                           : meant.otherwise;
  return row;
}

bool strict(const Record& record) {
  return std::ranges::any_of(record.declared.expectations, [](const Expectation& expectation) {
    return expectation.kind == "no_other_alerts" && expectation.fields.boolean("strict");
  });
}

// An expectation that it does not fire failed.
bool forbidden(const Record& record, const AlertRecord& alert) {
  return std::ranges::any_of(record.declared.expectations, [&](const Expectation& expectation) {
    if (expectation.kind != "alert_not_firing" || !incident::matches(expectation, alert)) return false;
    const auto judged = std::ranges::find(record.expectations, expectation.id, &record::ExpectationRecord::id);
    return judged != record.expectations.end() && judged->outcome.result == Verdict::fail;
  });
}

AlertState other_state(const Record& record, const AlertRecord& alert) {
  if (forbidden(record, alert)) return AlertState::unexpected;
  if (incident::excepted(record, alert)) return AlertState::excepted;
  // One that always fires watches the way that alerts take.
  if (record.drill && alert.labels.get("severity") == "none") return AlertState::excepted;
  if (alert.incident.empty()) return AlertState::spurious;
  const bool named = std::ranges::any_of(record.declared.expectations,
                                         [&](const Expectation& e) { return incident::names(e, alert); });
  return strict(record) && !named ? AlertState::unexpected : AlertState::related;
}

// One that says of an alert what a row before it says already adds none; those of notifications share a row.
void add_expected(AlertRow row, bool of_notifications, std::set<std::string>& shared_rows,
                  std::vector<AlertRow>& rows) {
  for (AlertRow& known : rows) {
    const bool same = known.alert == row.alert && known.labels == row.labels && known.first == row.first;
    if (!of_notifications || !same) continue;
    if (known.state == row.state || row.state == AlertState::fired) return;
    if (known.state != AlertState::fired || !shared_rows.contains(known.expectation)) continue;
    known.state = row.state;
    known.expectation = row.expectation;
    shared_rows.insert(row.expectation);
    return;
  }
  if (of_notifications) shared_rows.insert(row.expectation);
  rows.push_back(std::move(row));
}

struct Others {
  AlertRow row;
  model::Labels labels;
};

void add_other(const Record& record, const AlertRecord& alert, std::vector<Others>& others) {
  const AlertState state = other_state(record, alert);
  for (Others& known : others) {
    AlertRow& row = known.row;
    if (row.alert != alert.alert || row.state != state || row.incident != alert.incident) continue;
    add_activation(row, alert);
    if (earlier(alert, row.first)) row.first = &alert;
    known.labels = shared(known.labels, alert.labels);
    return;
  }
  others.push_back({{state, alert.alert, {}, {}, alert.incident, &alert, incident::ended_at(alert), 1}, alert.labels});
}

}  // namespace

std::string_view to_string(AlertState state) {
  switch (state) {
    case AlertState::fired:
      return "fired";
    case AlertState::pending:
      return "pending";
    case AlertState::early:
      return "too early";
    case AlertState::late:
      return "late";
    case AlertState::lingering:
      return "over late";
    case AlertState::dropped:
      return "dropped";
    case AlertState::missed:
      return "missed";
    case AlertState::mishandled:
      return "told otherwise";
    case AlertState::related:
      return "related";
    case AlertState::unexpected:
      return "unexpected";
    case AlertState::spurious:
      return "spurious";
    case AlertState::excepted:
      return "excepted";
    case AlertState::unjudged:
      return "not judged";
  }
  return "";
}

std::string_view sign_of(AlertState state) {
  switch (state) {
    case AlertState::fired:
    case AlertState::pending:
      return "✓";
    case AlertState::early:
    case AlertState::late:
    case AlertState::lingering:
      return "◷";
    case AlertState::dropped:
    case AlertState::missed:
    case AlertState::mishandled:
      return "✕";
    case AlertState::unexpected:
    case AlertState::spurious:
    case AlertState::unjudged:
      return "!";
    case AlertState::excepted:
    case AlertState::related:
      return "–";
  }
  return "";
}

bool good(AlertState state) {
  return state == AlertState::fired || state == AlertState::pending || state == AlertState::excepted ||
         state == AlertState::related;
}

std::vector<AlertRow> alert_matrix(const Record& record) {
  std::vector<AlertRow> rows;
  std::set<const AlertRecord*> told;
  std::set<std::string> shared_rows;  // the ids of expectations
  for (const Expectation& expectation : record.declared.expectations) {
    const incident::ExpectationKind* kind = incident::find_expectation_kind(expectation.kind);
    if (kind == nullptr || !kind->names_alert) continue;
    add_expected(expected_row(record, expectation, told), is_of_notifications(expectation), shared_rows, rows);
  }
  std::vector<Others> others;
  for (const AlertRecord& alert : record.alerts) {
    if (!told.contains(&alert) && fired(record, alert)) add_other(record, alert, others);
  }
  std::ranges::stable_sort(others, {}, [](const Others& other) { return *other.row.first->firing_at; });
  for (Others& other : others) {
    other.row.labels = other_labels(other.labels);
    rows.push_back(std::move(other.row));
  }
  return rows;
}

}  // namespace firedrill::reports
