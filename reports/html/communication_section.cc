// What others were told of the incidents, in time or not, and in which words.
#include <algorithm>

#include "base/text/format.h"
#include "record/record.h"
#include "reports/communication_rows.h"
#include "reports/escape.h"
#include "reports/html/sections.h"

namespace firedrill::reports::html {
namespace {

constexpr std::size_t kMostPosts = 100;

std::string cell(const TellingCell& told) {
  if (told.standing == Standing::none) return escape_markup(told.words);
  return badge(css_of(told.standing), sign_of(told.standing), told.words);
}

std::string kept_table(const record::Record& record) {
  std::vector<std::vector<std::string>> rows;
  for (const TellingRow& row : telling_rows(record)) {
    rows.push_back({escape_markup(row.incident), row.where, cell(row.first), cell(row.cadence), cell(row.last)});
  }
  return rows.empty() ? "" : table({"incident", "told", "first post", "updates", "last post"}, rows);
}

std::string posts_table(const record::Record& record) {
  const std::vector<PostRow> posts = post_rows(record);
  std::vector<std::vector<std::string>> rows;
  for (std::size_t i = 0; i < std::min(posts.size(), kMostPosts); ++i) {
    const PostRow& row = posts[i];
    rows.push_back({row.at, row.where, escape_markup(row.status), escape_markup(row.severity), escape_markup(row.by),
                    escape_markup(row.text)});
  }
  if (rows.empty()) return "";
  const std::string more = posts.size() > kMostPosts
                               ? format("<p>… and {} more in the record</p>", posts.size() - kMostPosts)
                               : std::string();
  return table({"at", "where", "status", "severity", "by", "text"}, rows, "wide-text first-narrow") + more;
}

}  // namespace

std::string communication(const record::Record& record) {
  if (!record.on_call || !record.on_call->communication) return "";
  const std::string tables = kept_table(record) + posts_table(record);
  return section("communication", "Communication", communication_headline(record),
                 tables.empty() ? "<p>Nothing was to be told.</p>" : tables);
}

}  // namespace firedrill::reports::html
