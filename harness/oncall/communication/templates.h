// The words of posts: templates in Go's language, those that are shipped and a team's own.
#pragma once

#include <expected>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/diagnostic.h"
#include "base/time.h"
#include "record/people/communication.h"
#include "template/template_set.h"

namespace firedrill::oncall {

enum class PostKind { first, update, final_post };
std::string_view to_string(PostKind kind);  // "first", "update", "final"

// What a template reads, under the names that docs/communication.md has.
struct PostData {
  std::string incident{};  // what the team calls it: inc-1
  std::string title{};
  record::SeverityLevel severity = record::SeverityLevel::p3;
  record::PostStatus status = record::PostStatus::investigating;
  PostKind kind = PostKind::first;
  std::string role{};                     // of whoever posts: primary
  Time began{};                           // the first page
  Time at{};                              // now
  std::optional<Time> next{};             // when the next post is to come
  std::vector<std::string> alerts{};      // names
  std::vector<std::string> components{};  // those of the status page that are not operational
  std::vector<std::string> actions{};     // what was done so far, in order
};

// Names that templates may have: internal, external, and each with _P0 to _P3 behind it.
bool is_template_name(std::string_view name);
// "did you mean 'external_P0'?", or what there is.
std::string template_names_remedy(std::string_view name);

class PostTemplates {
 public:
  // In firedrill's own words, one for each channel and severity.
  static const PostTemplates& shipped();

  struct Problem {
    std::string what;
    std::string remedy;
    // In the text; 0: not known.
    std::size_t line = 0;
    std::size_t column = 0;
  };
  // One of the team's own under a name that there is, in place of what was there; one without a severity in place of
  // all shipped ones of its channel. It is tried on every kind of post: nothing is added of what fails.
  std::optional<Problem> add(std::string_view name, std::string text);

  // The text, without white space around it; at most as long as Statuspage takes. The error is the template's.
  std::expected<std::string, std::string> render(std::string_view channel, const PostData& data) const;

 private:
  PostTemplates();
  std::string name_for(std::string_view channel, record::SeverityLevel severity) const;

  templates::TemplateSet set_;
  std::set<std::string, std::less<>> own_;
};

// Statuspage's bounds, in characters.
inline constexpr std::size_t kLongestBody = 25'000;
inline constexpr std::size_t kLongestTitle = 255;
// The text's beginning, cut between characters.
std::string at_most(std::string text, std::size_t characters);

}  // namespace firedrill::oncall
