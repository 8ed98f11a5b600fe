// The section on notifications: alerts of which nobody was told, where the time went, who was told what.
#include <algorithm>

#include "base/text/format.h"
#include "reports/escape.h"
#include "reports/html/sections.h"
#include "reports/notification_rows.h"

namespace firedrill::reports::html {
namespace {

using record::Record;
using Rows = std::vector<std::vector<std::string>>;

constexpr std::size_t kMostRows = 200;

std::string code(std::string_view text) {
  return text.empty() ? "" : format("<code>{}</code>", escape_markup(text));
}

std::string beyond(std::size_t count) {
  return count > kMostRows ? format("<p class=\"quiet\">And {} more in the record.</p>", count - kMostRows) : "";
}

std::string unnotified_table(const Record& record) {
  Rows rows;
  const auto all = unnotified_rows(record);
  for (const UnnotifiedRow& row : all) {
    if (rows.size() == kMostRows) break;
    rows.push_back({row.is_blind_spot ? badge("bad", "✕", "blind spot") : badge("plain", "–", row.cause_kind),
                    format("<strong>{}</strong>", escape_markup(row.alerts)), escape_markup(row.cause),
                    row.incidents.empty() ? "<span class=\"quiet\">no incident</span>" : escape_markup(row.incidents)});
  }
  if (rows.empty()) return "";
  return "<h3>Fired, and nobody was told</h3>" +
         table({"", "alerts", "why", "belongs to"}, rows, "first-narrow wide-text") + beyond(all.size());
}

std::string late_table(const Record& record) {
  Rows rows;
  const auto all = late_rows(record);
  for (const LateRow& row : all) {
    if (rows.size() == kMostRows) break;
    rows.push_back({format("<strong>{}</strong> {}", escape_markup(row.alert), code(row.labels)),
                    escape_markup(row.since), escape_markup(row.scrape), escape_markup(row.window),
                    escape_markup(row.hold), escape_markup(row.down), escape_markup(row.routing),
                    escape_markup(row.delivery), escape_markup(row.told), escape_markup(row.total)});
  }
  if (rows.empty()) return "";
  return "<h3>Why so late?</h3>" +
         table({"alert", "since", "scrape, evaluation", "rule's window", "for", "Prometheus down", "routing",
                "delivery", "told", "in all"},
               rows) +
         beyond(all.size());
}

std::string sent_table(const Record& record) {
  Rows rows;
  const auto all = notification_rows(record);
  for (const NotificationRow& row : all) {
    if (rows.size() == kMostRows) break;
    rows.push_back({row.accepted ? badge("good", "✓", "accepted") : badge("bad", "✕", "failed"), row.at,
                    escape_markup(row.receiver), escape_markup(row.status), escape_markup(row.reason),
                    escape_markup(row.alerts), code(row.group)});
  }
  if (rows.empty()) return "";
  return "<h3>Notifications</h3>" +
         table({"", "at", "receiver", "status", "why", "alerts", "group"}, rows, "first-narrow") + beyond(all.size());
}

std::string payloads(const Record& record) {
  constexpr std::size_t kMostPayloads = 50;
  const auto all = payload_rows(record);
  if (all.empty()) return "";
  std::string out;
  for (std::size_t i = 0; i < std::min(all.size(), kMostPayloads); ++i) {
    out += format("<details><summary>{}</summary><dl class=\"payload\">", escape_markup(all[i].title));
    for (const auto& [name, text] : all[i].fields) {
      if (!text.empty()) out += format("<dt>{}</dt><dd>{}</dd>", escape_markup(name), escape_markup(text));
    }
    out += "</dl></details>";
  }
  if (all.size() > kMostPayloads) {
    out += format("<p class=\"quiet\">And {} more in the record.</p>", all.size() - kMostPayloads);
  }
  if (const int left_out = record.alertmanager->payloads_left_out.value_or(0); left_out > 0) {
    out += format("<p class=\"quiet\">What {} more notification{} sent is not kept: there is too much of it.</p>",
                  left_out, left_out == 1 ? "" : "s");
  }
  return format("<details><summary>What people were sent ({})</summary>{}</details>", all.size(), out);
}

}  // namespace

std::string notifications(const Record& record) {
  if (!record.alertmanager) return "";
  const std::string body = unnotified_table(record) + late_table(record) + sent_table(record) + payloads(record);
  return section("notifications", "Notifications", notification_headline(record), body.empty() ? "<p></p>" : body);
}

}  // namespace firedrill::reports::html
