// What reports say of what others were told: rows of plain texts, no names.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "reports/response.h"

namespace firedrill::reports {

// How the score of a drill in which nothing was wrong begins to say that nobody was to be told.
inline constexpr std::string_view kNothingToTell = "there was nothing to tell everybody";

// One thing that was asked, and what came of it.
struct TellingCell {
  Standing standing = Standing::none;
  std::string words;  // "14:05:00, due by 14:07:30"
};

// One incident.
struct TellingRow {
  std::string incident;
  std::string where;  // "status page"
  TellingCell first;
  TellingCell cadence;
  TellingCell last;
};
// None of a drill in which there was nothing to tell.
std::vector<TellingRow> telling_rows(const record::Record& record);

// One post.
struct PostRow {
  std::string at;
  std::string where;
  std::string status;
  std::string severity;
  std::string by;  // the role
  std::string text;
};
std::vector<PostRow> post_rows(const record::Record& record);

// "3 posts, 1 of them on the status page."
std::string communication_headline(const record::Record& record);

}  // namespace firedrill::reports
