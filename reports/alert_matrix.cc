#include "reports/alert_matrix.h"

#include <algorithm>

#include "incident/alert_match.h"
#include "incident/expectation_table.h"
#include "reports/words.h"

namespace firedrill::reports {
namespace {

using incident::AlertRecord;
using incident::Expectation;
using incident::Record;
using incident::Verdict;

bool fired(const Record& record, const AlertRecord& alert) {
  return incident::fires_in(alert, record.judged_from, record.judged_to);
}

bool earlier(const AlertRecord& a, const AlertRecord* b) {
  return b == nullptr || *a.firing_at < *b->firing_at;
}

std::string declared_labels(const Expectation& expectation) {
  std::vector<model::Label> labels;
  for (const auto& [name, value] : expectation.fields.text_map("labels")) labels.push_back({name, value});
  if (expectation.fields.has("severity")) labels.push_back({"severity", expectation.fields.text("severity")});
  return labels.empty() ? "" : model::Labels::from(std::move(labels)).to_string();
}

AlertRow expected_row(const Record& record, const Expectation& expectation) {
  AlertRow row;
  row.alert = expectation.fields.text("alert");
  row.expectation = expectation.id;
  for (const AlertRecord& alert : record.alerts) {
    if (!fired(record, alert) || !incident::matches(expectation, alert)) continue;
    ++row.activations;
    if (earlier(alert, row.first)) row.first = &alert;
  }
  row.labels = row.first != nullptr ? other_labels(row.first->labels) : declared_labels(expectation);
  row.incident = row.first != nullptr ? row.first->incident : expectation.fields.text("incident");
  const auto judged = std::ranges::find(record.expectations, expectation.id, &incident::ExpectationRecord::id);
  const Verdict result = judged == record.expectations.end() ? Verdict::invalid : judged->outcome.result;
  row.state = result == Verdict::pass      ? AlertState::fired
              : result == Verdict::invalid ? AlertState::unjudged
              : row.first == nullptr       ? AlertState::missed
                                           : AlertState::late;
  return row;
}

AlertState other_state(const AlertRecord& alert) {
  if (alert.attribution == "excepted") return AlertState::excepted;
  return alert.incident.empty() ? AlertState::spurious : AlertState::unexpected;
}

void add_other(const Record& record, const AlertRecord& alert, std::vector<AlertRow>& rows, std::size_t first_other) {
  const bool excepted = incident::excepted(record, alert);
  const AlertState state = excepted ? AlertState::excepted : other_state(alert);
  const std::string labels = other_labels(alert.labels);
  for (std::size_t i = first_other; i < rows.size(); ++i) {
    if (rows[i].alert != alert.alert || rows[i].labels != labels || rows[i].state != state) continue;
    ++rows[i].activations;
    if (earlier(alert, rows[i].first)) rows[i].first = &alert;
    return;
  }
  rows.push_back({state, alert.alert, labels, {}, alert.incident, &alert, 1});
}

}  // namespace

std::string_view to_string(AlertState state) {
  switch (state) {
    case AlertState::fired:
      return "fired";
    case AlertState::late:
      return "late";
    case AlertState::missed:
      return "missed";
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
      return "✓";
    case AlertState::late:
      return "◷";
    case AlertState::missed:
      return "✕";
    case AlertState::unexpected:
    case AlertState::spurious:
    case AlertState::unjudged:
      return "!";
    case AlertState::excepted:
      return "–";
  }
  return "";
}

bool good(AlertState state) {
  return state == AlertState::fired || state == AlertState::excepted;
}

std::vector<AlertRow> alert_matrix(const Record& record) {
  std::vector<AlertRow> rows;
  for (const Expectation& expectation : record.declared.expectations) {
    const incident::ExpectationKind* kind = incident::find_expectation_kind(expectation.kind);
    if (kind != nullptr && kind->names_alert) rows.push_back(expected_row(record, expectation));
  }
  const std::size_t first_other = rows.size();
  for (const AlertRecord& alert : record.alerts) {
    const bool expected = std::ranges::any_of(record.declared.expectations,
                                              [&](const Expectation& e) { return incident::names(e, alert); });
    if (!expected && fired(record, alert)) add_other(record, alert, rows, first_other);
  }
  std::ranges::stable_sort(rows.begin() + static_cast<std::ptrdiff_t>(first_other), rows.end(), {},
                           [](const AlertRow& row) { return *row.first->firing_at; });
  return rows;
}

}  // namespace firedrill::reports
