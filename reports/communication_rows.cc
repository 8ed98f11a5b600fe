#include "reports/communication_rows.h"

#include <algorithm>

#include "base/duration.h"
#include "base/text/format.h"
#include "record/clock.h"
#include "record/people/communication.h"
#include "record/record.h"

namespace firedrill::reports {
namespace {

using record::IncidentCommunication;
using record::IncidentRecord;
using record::Record;

std::string where_of(std::string_view channel) {
  return channel == record::kInternal ? "internal" : "status page";
}

TellingCell first_of(const Record& record, const IncidentCommunication& told) {
  const std::string due = told.first_due ? clock_of(record, *told.first_due) : std::string();
  const std::string at = told.first_at ? clock_of(record, *told.first_at) : std::string();
  if (told.first == "not due") return {Standing::none, "not due"};
  if (told.first == "open") return {Standing::none, format("none yet, due by {}", due)};
  if (!told.first_at) return {Standing::bad, format("none, due by {}", due)};
  if (!told.first_due) return {Standing::good, at};
  return {told.first == "kept" ? Standing::good : Standing::late, format("{}, due by {}", at, due)};
}

TellingCell cadence_of(const Record& record, const IncidentCommunication& told) {
  if (told.gaps.empty()) return {Standing::none, "nothing asked"};
  std::string words;
  std::size_t missed = 0;
  for (const record::UpdateGap& gap : told.gaps) {
    if (gap.kept) continue;
    ++missed;
    words += format("; none from {} to {}, asked every {}", clock_of(record, gap.from), clock_of(record, gap.to),
                    describe_duration(gap.every));
  }
  const std::string of = format("{} gap{}", told.gaps.size(), told.gaps.size() == 1 ? "" : "s");
  if (missed == 0) return {Standing::good, format("kept in {}", of)};
  return {Standing::late, format("missed in {} of {}{}", missed, of, words)};
}

TellingCell last_of(const Record& record, const IncidentCommunication& told) {
  if (told.final_post == "too early") {
    return {Standing::bad, format("{}, and it was not over then", clock_of(record, *told.final_at))};
  }
  if (told.final_at) return {Standing::good, clock_of(record, *told.final_at)};
  if (told.final_post == "missed") return {Standing::bad, "none"};
  return {Standing::none, told.final_post == "open" ? "none by the run's end" : "not due"};
}

bool had_nothing_to_tell(const Record& record) {
  return record.drill && std::ranges::any_of(record.drill->score, [](const record::ScoreLine& line) {
           return line.why.starts_with(kNothingToTell);
         });
}

}  // namespace

std::vector<TellingRow> telling_rows(const Record& record) {
  std::vector<TellingRow> rows;
  if (had_nothing_to_tell(record)) return rows;
  for (const IncidentRecord& incident : record.incidents) {
    if (!incident.communication) continue;
    const IncidentCommunication& told = *incident.communication;
    rows.push_back({.incident = incident.id,
                    .where = where_of(told.channel),
                    .first = first_of(record, told),
                    .cadence = cadence_of(record, told),
                    .last = last_of(record, told)});
  }
  return rows;
}

std::vector<PostRow> post_rows(const Record& record) {
  std::vector<PostRow> rows;
  for (const events::Event& event : record.timeline) {
    if (event.kind != events::EventKind::communication_posted) continue;
    rows.push_back({.at = clock_of(record, event.t),
                    .where = where_of(event.text("channel")),
                    .status = event.text("status"),
                    .severity = event.text("severity"),
                    .by = event.text("by"),
                    .text = event.text("text")});
  }
  return rows;
}

std::string communication_headline(const Record& record) {
  const std::vector<PostRow> posts = post_rows(record);
  if (posts.empty()) return "Nobody was told of anything.";
  const auto outside = std::ranges::count_if(posts, [](const PostRow& row) { return row.where == "status page"; });
  return format("{} post{}, {} of them on the status page.", posts.size(), posts.size() == 1 ? "" : "s", outside);
}

}  // namespace firedrill::reports
