// The published course of the incident that the scenario retells, beside that of the run.
#include "record/record.h"
#include "reports/course_rows.h"
#include "reports/escape.h"
#include "reports/html/sections.h"

namespace firedrill::reports::html {

std::string course(const record::Record& record) {
  std::vector<std::vector<std::string>> rows;
  for (const CourseRow& row : course_rows(record)) {
    rows.push_back({escape_markup(row.what), row.published, row.here,
                    row.standing == Standing::none ? escape_markup(row.stands)
                                                   : badge(css_of(row.standing), sign_of(row.standing), row.stands)});
  }
  if (rows.empty()) return "";
  return section("course", "As published", course_headline(record),
                 "<p>" + escape_markup(course_source(record)) + "</p>" +
                     table({"what", "published", "in this run", ""}, rows, "wide-text"));
}

}  // namespace firedrill::reports::html
