// Where in an HTML document a point between two bytes lies (Go: html/template/context.go gives the states and
// transition.go the steps between them, of which this has those that mails need).
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

namespace firedrill::templates::html {

enum class State : std::uint8_t {
  text,
  tag,           // inside of a tag, before an attribute or its end
  attr_name,     // in the name of an attribute
  after_name,    // behind it, before a possible '='
  before_value,  // behind '='
  comment,       // <!-- … -->
  rcdata,        // of title and textarea
  attr,          // in the value of an attribute without a language of its own
  url,
  srcset,
  script,       // of a script element or of an attribute on…
  css,          // of a style element or attribute
  css_text_dq,  // in a text of it
  css_text_sq,
  css_comment,
  css_url,  // in url(…)
  broken,   // what Go refuses; context().fault says why
};

enum class Delimiter : std::uint8_t { none, double_quote, single_quote, space_or_tag_end };
// unknown: branches have left it in different ones.
enum class UrlPart : std::uint8_t { none, before_query, query_or_fragment, unknown };
enum class Attribute : std::uint8_t { plain, script, style, url, srcset };
enum class Element : std::uint8_t { other, script, style, textarea, title };

struct Context {
  State state = State::text;
  Delimiter delimiter = Delimiter::none;  // of the attribute's value that this lies in
  UrlPart url_part = UrlPart::none;
  Attribute attribute = Attribute::plain;
  Element element = Element::other;  // whose tag or content this lies in
  std::string_view fault{};          // of broken
  bool operator==(const Context&) const = default;
};

// "a script", "the value of an attribute": for messages.
std::string_view describe(State state);
bool is_comment(State state);

struct Step {
  Context context;
  std::size_t read = 0;  // bytes of the text
};
// The context behind the first bytes of a text that begins in `from`; as many as belong together.
Step step(const Context& from, std::string_view text);

// Where a value that is written here stands: between attributes it is a name, behind '=' a value without quotes.
Context nudged(const Context& context);

// Where the last < between the two stands; `to` if there is none.
std::string_view::size_type tag_start(std::string_view text, std::size_t from, std::size_t to);

}  // namespace firedrill::templates::html
