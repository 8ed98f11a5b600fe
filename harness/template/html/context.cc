#include "template/html/context.h"

#include <algorithm>
#include <array>
#include <string>
#include <utility>

namespace firedrill::templates::html {
namespace {

constexpr std::string_view kSpaces = " \t\n\f\r";

bool is_letter(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}
bool is_alphanumeric(char c) {
  return is_letter(c) || (c >= '0' && c <= '9');
}

std::string lower(std::string_view text) {
  std::string out(text);
  for (char& c : out) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c + 32);
  }
  return out;
}

Step broken(std::string_view fault, std::size_t read) {
  Context context;
  context.state = State::broken;
  context.fault = fault;
  return {context, read};
}

std::size_t skip_spaces(std::string_view text, std::size_t from = 0) {
  const std::size_t found = text.find_first_not_of(kSpaces, from);
  return found == std::string_view::npos ? text.size() : found;
}

// The end of a tag's name; where it begins if there is none.
std::size_t tag_name_end(std::string_view text, std::size_t begin) {
  if (begin == text.size() || !is_letter(text[begin])) return begin;
  std::size_t end = begin + 1;
  while (end < text.size()) {
    if (is_alphanumeric(text[end])) {
      ++end;
    } else if ((text[end] == ':' || text[end] == '-') && end + 1 < text.size() && is_alphanumeric(text[end + 1])) {
      end += 2;
    } else {
      break;
    }
  }
  return end;
}

Element element_of(std::string_view name) {
  const std::string lowered = lower(name);
  if (lowered == "script") return Element::script;
  if (lowered == "style") return Element::style;
  if (lowered == "textarea") return Element::textarea;
  return lowered == "title" ? Element::title : Element::other;
}

State content_state(Element element) {
  switch (element) {
    case Element::script:
      return State::script;
    case Element::style:
      return State::css;
    case Element::textarea:
    case Element::title:
      return State::rcdata;
    case Element::other:
      break;
  }
  return State::text;
}

std::string_view end_tag(Element element) {
  switch (element) {
    case Element::script:
      return "</script";
    case Element::style:
      return "</style";
    case Element::textarea:
      return "</textarea";
    default:
      return "</title";
  }
}

constexpr std::array kUrlAttributes = std::to_array<std::string_view>(
    {"action", "archive", "background", "cite", "classid", "codebase", "data", "formaction", "href", "icon", "longdesc",
     "manifest", "poster", "profile", "src", "usemap", "xmlns"});

Attribute attribute_of(std::string_view written) {
  std::string name = lower(written);
  if (name.starts_with("data-")) {
    name = name.substr(5);
  } else if (const std::size_t colon = name.find(':'); colon != std::string::npos) {
    if (name.starts_with("xmlns:")) return Attribute::url;
    name = name.substr(colon + 1);
  }
  if (std::ranges::find(kUrlAttributes, name) != kUrlAttributes.end()) return Attribute::url;
  if (name == "style") return Attribute::style;
  if (name == "srcset") return Attribute::srcset;
  if (name == "srcdoc") return Attribute::plain;
  if (name.starts_with("on")) return Attribute::script;
  const bool sounds_like_url = name.contains("src") || name.contains("uri") || name.contains("url");
  return sounds_like_url ? Attribute::url : Attribute::plain;
}

State value_state(Attribute attribute) {
  switch (attribute) {
    case Attribute::script:
      return State::script;
    case Attribute::style:
      return State::css;
    case Attribute::url:
      return State::url;
    case Attribute::srcset:
      return State::srcset;
    case Attribute::plain:
      break;
  }
  return State::attr;
}

Step in_text(Context context, std::string_view text) {
  for (std::size_t from = 0;;) {
    std::size_t at = text.find('<', from);
    if (at == std::string_view::npos || at + 1 == text.size()) return {context, text.size()};
    if (text.substr(at).starts_with("<!--")) {
      context.state = State::comment;
      return {context, at + 4};
    }
    const bool closes = text[++at] == '/';
    if (closes && ++at == text.size()) return {context, text.size()};
    const std::size_t end = tag_name_end(text, at);
    if (end != at) {
      Context inside;
      inside.state = State::tag;
      inside.element = closes ? Element::other : element_of(text.substr(at, end - at));
      return {inside, end};
    }
    from = end;
  }
}

// The end of an attribute's name; nothing if a character cannot belong to one.
std::size_t attribute_name_end(std::string_view text, std::size_t begin) {
  const std::size_t end = text.find_first_of(" \t\n\f\r=>'\"<", begin);
  if (end == std::string_view::npos) return text.size();
  return text[end] == '\'' || text[end] == '"' || text[end] == '<' ? std::string_view::npos : end;
}

constexpr std::string_view kBadName = "a quote or a < in the name of an attribute";

Step in_tag(Context context, std::string_view text) {
  const std::size_t begin = skip_spaces(text);
  if (begin == text.size()) return {context, begin};
  if (text[begin] == '>') {
    Context content;
    content.state = content_state(context.element);
    content.element = context.element;
    return {content, begin + 1};
  }
  const std::size_t end = attribute_name_end(text, begin);
  if (end == std::string_view::npos) return broken(kBadName, text.size());
  if (end == begin) return broken("a tag without the name of an attribute, or an end", text.size());
  Context named;
  named.state = end == text.size() ? State::attr_name : State::after_name;
  named.element = context.element;
  named.attribute = attribute_of(text.substr(begin, end - begin));
  return {named, end};
}

Step in_name(Context context, std::string_view text) {
  const std::size_t end = attribute_name_end(text, 0);
  if (end == std::string_view::npos) return broken(kBadName, text.size());
  if (end != text.size()) context.state = State::after_name;
  return {context, end};
}

Step after_name(Context context, std::string_view text) {
  const std::size_t at = skip_spaces(text);
  if (at == text.size()) return {context, at};
  const bool assigns = text[at] == '=';
  context.state = assigns ? State::before_value : State::tag;
  return {context, assigns ? at + 1 : at};
}

Step before_value(Context context, std::string_view text) {
  const std::size_t at = skip_spaces(text);
  if (at == text.size()) return {context, at};
  context.delimiter = text[at] == '"'    ? Delimiter::double_quote
                      : text[at] == '\'' ? Delimiter::single_quote
                                         : Delimiter::space_or_tag_end;
  context.state = value_state(context.attribute);
  return {context, context.delimiter == Delimiter::space_or_tag_end ? at : at + 1};
}

Step in_comment(Context context, std::string_view text) {
  const std::size_t end = text.find("-->");
  if (end == std::string_view::npos) return {context, text.size()};
  return {Context{}, end + 3};
}

// A '#' that begins a character's number is none of the address.
bool has_query(std::string_view text) {
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '?' || (text[i] == '#' && (i == 0 || text[i - 1] != '&'))) return true;
  }
  return false;
}

Step in_url(Context context, std::string_view text) {
  if (has_query(text)) {
    context.url_part = UrlPart::query_or_fragment;
  } else if (skip_spaces(text) != text.size() && context.url_part == UrlPart::none) {
    context.url_part = UrlPart::before_query;
  }
  return {context, text.size()};
}

Step in_css(Context context, std::string_view text) {
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '"' || text[i] == '\'') {
      context.state = text[i] == '"' ? State::css_text_dq : State::css_text_sq;
      return {context, i + 1};
    }
    if (text[i] == '/' && i + 1 < text.size() && text[i + 1] == '*') {
      context.state = State::css_comment;
      return {context, i + 2};
    }
    if (text[i] == '(' && i >= 3 && lower(text.substr(i - 3, 3)) == "url") {
      context.state = State::css_url;
      return {context, i + 1};
    }
  }
  return {context, text.size()};
}

Step up_to(Context context, std::string_view text, std::string_view end) {
  const std::size_t found = text.find(end);
  if (found == std::string_view::npos) return {context, text.size()};
  context.state = State::css;
  return {context, found + end.size()};
}

// A quote of a text of CSS that a backslash escapes does not end it.
Step in_css_text(Context context, std::string_view text, char quote) {
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '\\') {
      ++i;
    } else if (text[i] == quote) {
      context.state = State::css;
      return {context, i + 1};
    }
  }
  return {context, text.size()};
}

Step by_state(const Context& context, std::string_view text) {
  switch (context.state) {
    case State::text:
      return in_text(context, text);
    case State::tag:
      return in_tag(context, text);
    case State::attr_name:
      return in_name(context, text);
    case State::after_name:
      return after_name(context, text);
    case State::before_value:
      return before_value(context, text);
    case State::comment:
      return in_comment(context, text);
    case State::url:
      return in_url(context, text);
    case State::css:
      return in_css(context, text);
    case State::css_text_dq:
      return in_css_text(context, text, '"');
    case State::css_text_sq:
      return in_css_text(context, text, '\'');
    case State::css_comment:
      return up_to(context, text, "*/");
    case State::css_url:
      return up_to(context, text, ")");
    case State::rcdata:
    case State::attr:
    case State::srcset:
    case State::script:
    case State::broken:
      break;
  }
  return {context, text.size()};
}

// Where the end tag of a title, script, … begins.
std::size_t end_of_content(Element element, std::string_view text) {
  const std::string lowered = lower(text);
  const std::string_view tag = end_tag(element);
  for (std::size_t at = lowered.find(tag); at != std::string::npos; at = lowered.find(tag, at + 1)) {
    const std::size_t behind = at + tag.size();
    if (behind < lowered.size() && std::string_view("> \t\n\f/").contains(lowered[behind])) return at;
  }
  return std::string_view::npos;
}

bool is_content(const Context& context) {
  switch (context.state) {
    case State::text:
    case State::tag:
    case State::attr_name:
    case State::after_name:
    case State::before_value:
    case State::comment:
      return false;
    default:
      return context.element != Element::other;
  }
}

Step outside_of_value(const Context& context, std::string_view text) {
  if (!is_content(context)) return by_state(context, text);
  const std::size_t end = end_of_content(context.element, text);
  if (end == 0) return {Context{}, 0};
  return by_state(context, end == std::string_view::npos ? text : text.substr(0, end));
}

Step in_value(Context context, std::string_view text) {
  const bool quoted = context.delimiter != Delimiter::space_or_tag_end;
  const std::string_view ends = context.delimiter == Delimiter::double_quote   ? "\""
                                : context.delimiter == Delimiter::single_quote ? "'"
                                                                               : " \t\n\f\r>";
  const std::size_t end = std::min(text.find_first_of(ends), text.size());
  if (!quoted && text.substr(0, end).find_first_of("\"'<=`") != std::string_view::npos) {
    return broken("a quote, <, = or ` in a value without quotes", text.size());
  }
  if (end == text.size()) {
    for (std::string_view rest = text; !rest.empty();) {
      const Step next = by_state(context, rest);
      context = next.context;
      rest.remove_prefix(next.read);
    }
    return {context, text.size()};
  }
  Context behind;
  behind.state = State::tag;
  behind.element = context.element;
  return {behind, quoted ? end + 1 : end};
}

}  // namespace

std::string_view describe(State state) {
  switch (state) {
    case State::script:
      return "a script";
    case State::text:
      return "a text";
    case State::rcdata:
      return "a title";
    case State::comment:
    case State::css_comment:
      return "a comment";
    case State::before_value:
    case State::attr:
      return "the value of an attribute";
    case State::url:
      return "an address";
    case State::css:
      return "a style";
    case State::srcset:
      return "an attribute srcset";
    case State::css_text_dq:
    case State::css_text_sq:
      return "a quoted text of a style";
    case State::css_url:
      return "an address in a style";
    case State::tag:
    case State::attr_name:
    case State::after_name:
      return "the name of an attribute";
    default:
      return "this place";
  }
}

bool is_comment(State state) {
  return state == State::comment || state == State::css_comment;
}

Step step(const Context& from, std::string_view text) {
  return from.delimiter == Delimiter::none ? outside_of_value(from, text) : in_value(from, text);
}

Context nudged(const Context& context) {
  Context out = context;
  switch (context.state) {
    case State::tag:
    case State::after_name:
      out.state = State::attr_name;
      out.attribute = Attribute::plain;
      break;
    case State::before_value:
      out.state = value_state(context.attribute);
      out.delimiter = Delimiter::space_or_tag_end;
      out.attribute = Attribute::plain;
      break;
    default:
      break;
  }
  return out;
}

std::string_view::size_type tag_start(std::string_view text, std::size_t from, std::size_t to) {
  for (std::size_t at = to; at > from; --at) {
    if (text[at - 1] == '<') return at - 1;
  }
  return to;
}

}  // namespace firedrill::templates::html
