#include "reports/course_rows.h"

#include <algorithm>

#include "base/duration.h"
#include "base/text/format.h"
#include "base/text/numbers.h"
#include "incident/course/course.h"
#include "record/clock.h"
#include "record/record.h"

namespace firedrill::reports {
namespace {

using record::CourseStep;
using record::Record;

// "after 2 m", "2 m before", "at once".
std::string since_start(Duration after) {
  if (after == 0ms) return "at once";
  return after < 0ms ? format("{} before", describe_duration(-after)) : format("after {}", describe_duration(after));
}

// "2.5 times as late"; of times that lie on both sides of the beginning, or at it, how far they are apart.
std::string distance(Duration published, Duration here) {
  const bool later = here > published;
  if (published <= 0ms || here <= 0ms) {
    return format("{} {}", describe_duration(later ? here - published : published - here), later ? "later" : "earlier");
  }
  const double ratio = later ? to_seconds(here) / to_seconds(published) : to_seconds(published) / to_seconds(here);
  return format("{:.1f} times as {}", ratio, later ? "late" : "early");
}

std::string stands(const CourseStep& step, Time start) {
  if (step.standing == "not compared") return "not compared";
  if (!step.here_at) return "did not happen";
  if (step.standing == "agrees") return "agrees";
  if (step.standing == "out of order") return "in another order";
  return distance(step.after, *step.here_at - start);
}

// The first published time that a person's hearing of it stands beside.
const CourseStep* detection(const Record& record) {
  const auto& times = record.declared.published->times;
  for (std::size_t i = 0; i < std::min(times.size(), record.course->size()); ++i) {
    if (times[i].here && times[i].here->kind == "incident" && times[i].here->name == "detected")
      return &(*record.course)[i];
  }
  return nullptr;
}

std::string against_published(Duration published, Duration here) {
  if (here == published) return "at the same time";
  return format("{} {}", describe_duration(here < published ? published - here : here - published),
                here < published ? "sooner" : "later");
}

std::string agreement(const Record& record) {
  const auto count = [&](auto&& counts) { return std::ranges::count_if(*record.course, counts); };
  const auto compared = count([](const CourseStep& step) { return step.standing != "not compared"; });
  const auto agreeing = count([](const CourseStep& step) { return step.standing == "agrees"; });
  if (compared == 0) return "Nothing of it is compared with this run.";
  return format("{} of {} published time{} agree with this run's.", agreeing, compared, compared == 1 ? "" : "s");
}

}  // namespace

std::vector<CourseRow> course_rows(const Record& record) {
  std::vector<CourseRow> rows;
  const std::optional<Time> start = incident::course_start(record);
  if (!record.course || !start) return rows;
  for (const CourseStep& step : *record.course) {
    const bool compared = step.standing != "not compared";
    const std::string here =
        step.here_at ? format("{} ({})", since_start(*step.here_at - *start), clock_of(record, *step.here_at))
        : compared   ? "never"
                     : "–";
    rows.push_back({.what = step.what,
                    .published = since_start(step.after),
                    .here = here,
                    .stands = stands(step, *start),
                    .standing = !compared                   ? Standing::none
                                : step.standing == "agrees" ? Standing::good
                                : step.here_at              ? Standing::late
                                                            : Standing::bad});
  }
  return rows;
}

std::string course_headline(const Record& record) {
  const std::optional<Time> start = incident::course_start(record);
  if (!record.course || !start) return "";
  const CourseStep* heard = detection(record);
  if (heard == nullptr) return agreement(record);
  const std::string published =
      format("As published, it was heard of {} ({}).", since_start(heard->after), heard->what);
  if (!heard->here_at) return published + " Here nobody was called.";
  const Duration here = *heard->here_at - *start;
  return format("{} Here it was {}: {}.", published, since_start(here), against_published(heard->after, here));
}

std::string course_source(const Record& record) {
  const std::optional<Time> start = incident::course_start(record);
  if (!record.course || !start) return "";
  const record::Published& published = *record.declared.published;
  const std::string from = published.since == "breached" ? std::string("when it first broke")
                                                         : format("the beginning of {}", published.from);
  return format("Published: {}. Times count from {}, at {}; two agree within a factor of {}, and a minute.",
                published.source, from, clock_of(record, *start), format_number(published.factor));
}

std::vector<PublishedMark> published_marks(const Record& record) {
  std::vector<PublishedMark> marks;
  const std::optional<Time> start = incident::course_start(record);
  if (!record.course || !start) return marks;
  for (const CourseStep& step : *record.course) {
    const Time t = *start + step.after;
    if (t < record.judged_from || t > record.judged_to) continue;
    marks.push_back({t, format("published: {} ({})", step.what, since_start(step.after))});
  }
  return marks;
}

}  // namespace firedrill::reports
