// What reports say of a published course beside that of the run: rows of plain texts.
#pragma once

#include <string>
#include <vector>

#include "base/time.h"
#include "reports/response.h"

namespace firedrill::reports {

struct CourseRow {
  std::string what;
  std::string published;  // "after 2 m"
  std::string here;       // "after 1 m 30 s (14:11:30)"; "never"; "–" where nothing is compared with it
  std::string stands;     // "agrees", "2.5 times as early"
  Standing standing = Standing::none;
};
std::vector<CourseRow> course_rows(const record::Record& record);

// Whether these alerts beat those that were published: "As published, an alarm came after 2 m. Here somebody heard of
// it after 1 m 30 s: 30 s sooner." Where no time of detection was published, how many times agree. Empty where nothing
// was published.
std::string course_headline(const record::Record& record);
// What was published, how times are compared.
std::string course_source(const record::Record& record);

// A published time as it would lie in this run, for its timeline.
struct PublishedMark {
  Time t;
  std::string text;  // "published: alarm (after 2 m)"
};
// Those that lie within the judged time, in their order.
std::vector<PublishedMark> published_marks(const record::Record& record);

}  // namespace firedrill::reports
