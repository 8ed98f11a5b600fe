#include "template/html/escaper.h"

#include "base/text/format.h"
#include "template/format/go_format.h"
#include "template/format/go_text.h"
#include "template/format/unicode.h"
#include "template/html/replace.h"

namespace firedrill::templates::html {
namespace {

std::unexpected<std::string> refused(std::string what) {
  return std::unexpected(std::move(what));
}

// Go's html or urlquery at the end of a pipeline; empty if another function, or none, stands there.
std::string_view last_escaper(const Node& pipe) {
  const Node& first = *pipe.children.back()->children[0];
  if (first.kind != NodeKind::identifier) return {};
  return first.value == "html" || first.value == "urlquery" ? std::string_view(first.value) : std::string_view();
}

// The same before the end.
std::string_view early_escaper(const Node& pipe) {
  for (std::size_t i = 0; i + 1 < pipe.children.size(); ++i) {
    const Node& first = *pipe.children[i]->children[0];
    if (first.kind == NodeKind::identifier && (first.value == "html" || first.value == "urlquery")) return first.value;
  }
  return {};
}

bool is_of(const Value& value, std::string_view type) {
  return value.valid() && value.type->name == type;
}

// As a text, the way fmt prints it; nothing of nil.
std::string stringified(const Value& value) {
  if (is_nil(value) && (!value.valid() || value.is(Kind::pointer))) return {};
  if (value.is(Kind::text)) return value.text();
  const Value shown = indirect(value);
  return go_sprint(std::span(&shown, 1));
}

std::string in_url(const Context& context, const Value& value, std::string_view ends_with) {
  std::string text = stringified(value);
  if (context.url_part == UrlPart::query_or_fragment) {
    return ends_with == "urlquery" ? text : encode_url(text, is_of(value, "template.URL"));
  }
  if (context.url_part == UrlPart::none && !is_of(value, "template.URL")) text = filter_url(text);
  return ends_with == "urlquery" ? text : encode_url(text, true);
}

}  // namespace

std::expected<std::string, std::string> Escaper::text(std::string_view text) {
  std::string out;
  std::size_t written = 0;
  const auto write_up_to = [&](std::size_t end) { out += text.substr(written, end - written); };
  for (std::size_t i = 0; i < text.size();) {
    const auto [next, read] = step(context_, text.substr(i));
    if (next.state == State::broken) return refused(format("HTML that cannot be read: {}", next.fault));
    const std::size_t end = i + read;
    const bool changes = next.state != context_.state;
    if (context_.state == State::text || context_.state == State::rcdata) {
      const std::size_t last = changes ? tag_start(text, i, end) : end;
      for (std::size_t j = i; j < last; ++j) {
        const bool is_doctype = to_lower(text.substr(j, 9)) == "<!doctype";
        if (text[j] != '<' || is_doctype) continue;
        write_up_to(j);
        out += "&lt;";
        written = j + 1;
      }
    } else if (is_comment(context_.state) && context_.delimiter == Delimiter::none) {
      if (context_.state == State::css_comment) out += ' ';
      written = end;
    }
    if (changes && is_comment(next.state) && next.delimiter == Delimiter::none) {
      write_up_to(end - (next.state == State::comment ? 4 : 2));
      written = end;
    }
    if (end == i && !changes) return refused("HTML that cannot be read");
    context_ = next;
    i = end;
  }
  if (!is_comment(context_.state) || context_.delimiter != Delimiter::none) write_up_to(text.size());
  return out;
}

std::expected<void, std::string> Escaper::admit(const Node& pipe) {
  context_ = nudged(context_);
  const bool unquoted = context_.delimiter == Delimiter::space_or_tag_end;
  std::string_view disallowed = early_escaper(pipe);
  if (last_escaper(pipe) == "html" && context_.state == State::attr && unquoted) disallowed = "html";
  if (!disallowed.empty()) return refused(format("predefined escaper {} disallowed in template", go_quote(disallowed)));
  switch (context_.state) {
    case State::text:
    case State::rcdata:
    case State::comment:
    case State::css_comment:
    case State::attr:
    case State::css:
      return {};
    case State::url:
      if (context_.url_part != UrlPart::unknown) return {};
      return refused("a value appears in an ambiguous context within a URL");
    default:
      return refused(format("a value in {} is not rendered here", describe(context_.state)));
  }
}

std::expected<std::string, std::string> Escaper::value(const Node& pipe, const Value& value) {
  if (const auto admitted = admit(pipe); !admitted) return refused(admitted.error());
  const std::string_view ends_with = last_escaper(pipe);
  std::string out;
  switch (context_.state) {
    case State::text:
      out = stringified(value);
      return ends_with == "html" || is_of(value, "template.HTML") ? out : replace_markup(out, Quotes::quoted, false);
    case State::rcdata:
      out = stringified(value);
      return ends_with == "html" ? out : replace_markup(out, Quotes::quoted, is_of(value, "template.HTML"));
    case State::comment:
    case State::css_comment:
      return "";
    case State::attr:
      out = stringified(value);
      break;
    case State::url:
      out = in_url(context_, value, ends_with);
      break;
    case State::css:
      out = filter_css(stringified(value), go_);
      break;
    default:
      break;
  }
  return context_.delimiter == Delimiter::none ? out : in_attribute(out, value, ends_with);
}

std::string Escaper::in_attribute(const std::string& text, const Value& value, std::string_view ends_with) const {
  const bool is_html = context_.state == State::attr && is_of(value, "template.HTML");
  if (context_.delimiter == Delimiter::space_or_tag_end) {
    // Nothing at all would let what follows be the value.
    if (text.empty() && go_ >= GoVersion::go1_24) return std::string(kFailsafe);
    return replace_markup(is_html ? strip_tags(text) : text, Quotes::unquoted, is_html);
  }
  if (ends_with == "html") return text;
  return replace_markup(is_html ? strip_tags(text) : text, Quotes::quoted, is_html);
}

std::expected<void, std::string> Escaper::end() {
  if (context_.state == State::text) return {};
  return refused("ends in a non-text context");
}

}  // namespace firedrill::templates::html
